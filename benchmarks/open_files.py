"""The limit of open files: each socket is one in the client and one in the server."""

import resource

OTHER_FILES = 200


def allow_files(sockets: int) -> None:
    """Raise the limit for this process and all that it starts; raises RuntimeError if `sockets` in
    one process are too many.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    needed = sockets + OTHER_FILES
    if most != resource.RLIM_INFINITY and most < needed:
        raise RuntimeError(f"ulimit -n allows {most} files; {needed} are needed")
