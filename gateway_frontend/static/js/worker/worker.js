/** The service worker: one for all pages of this origin, also while none is open. */

import { addNewVersion } from "./versions.js";

const scope = /** @type {WorkerScope} */ (/** @type {unknown} */ (globalThis));

addNewVersion(scope);
