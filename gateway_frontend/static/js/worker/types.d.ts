/** The parts of a service worker's global scope that ours uses; `lib.webworker` contradicts `lib.dom`. */

interface LastingEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface WorkerClients {
  claim(): Promise<void>;
}

interface WorkerScope {
  readonly clients: WorkerClients;
  readonly registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: LastingEvent) => void): void;
}
