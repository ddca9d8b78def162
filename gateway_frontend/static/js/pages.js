/** What every page without the live app needs: local times, and the server told of our zone. */

import { offerCopying } from "./core/copying.js";
import { forgetOnLeaving } from "./core/leaving.js";
import { localizeTimes, rememberZone } from "./core/times.js";

rememberZone();
localizeTimes();
offerCopying();
forgetOnLeaving();
