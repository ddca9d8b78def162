/** The types of the file beside it, from the package. */
export { io, type Socket } from "socket.io-client";
