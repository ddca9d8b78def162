"""What tests stand on: real servers on free ports, browsers, and the cast."""
