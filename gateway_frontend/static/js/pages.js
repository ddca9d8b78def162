/** What every page without the live app needs: local times, and the server told of our zone. */

import { offerCopying } from "./copying.js";
import { forgetOnLeaving } from "./leaving.js";
import { localizeTimes, rememberZone } from "./times.js";

rememberZone();
localizeTimes();
offerCopying();
forgetOnLeaving();
