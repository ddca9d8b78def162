"""Socket.IO on green threads: the worker, connections and frames. It knows nothing of chat."""
