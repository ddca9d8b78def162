/** What every page without the live app needs: local times, and the server told of our zone. */

import { localizeTimes, rememberZone } from "./times.js";

rememberZone();
localizeTimes();
