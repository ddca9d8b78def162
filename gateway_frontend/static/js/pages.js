/** Pages without the live app: local times, copy buttons, and logging out. */

import { offerCopying } from "./core/copying.js";
import { clearOnLogout } from "./core/logging-out.js";
import { localizeTimes, rememberZone } from "./core/times.js";

rememberZone();
localizeTimes();
offerCopying();
clearOnLogout();
