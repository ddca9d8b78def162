/** The parts of a service worker's global scope that ours uses; `lib.webworker` contradicts `lib.dom`. */

/** What the server says of itself in `/service-worker.js`. */
interface WorkerVersion {
  version: string;
  /** Addresses of what every page needs. */
  shell: string[];
  /** Address of the page for those that were not opened before. */
  offline: string;
}

interface LastingEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface FetchEvent extends LastingEvent {
  readonly request: Request;
  readonly preloadResponse: Promise<Response | undefined>;
  respondWith(response: Promise<Response>): void;
}

interface WorkerClients {
  claim(): Promise<void>;
}

interface WorkerScope {
  readonly clients: WorkerClients;
  readonly location: URL;
  readonly registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: LastingEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
}
