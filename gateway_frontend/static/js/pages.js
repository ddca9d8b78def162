/** Pages without the live app: local times, copy buttons, the profile picture, notifications, and logging out. */

import { offerCopying } from "./core/copying.js";
import { clearOnLogout } from "./core/logging-out.js";
import { localizeTimes, rememberZone } from "./core/times.js";
import { endNotifications, offerNotifications } from "./notifications/this-browser.js";
import { cropChosenPicture } from "./people/choosing-picture.js";

rememberZone();
localizeTimes();
offerCopying();
clearOnLogout(endNotifications);
cropChosenPicture();
offerNotifications();
