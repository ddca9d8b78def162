"""The servers that Parley is measured beside; `deploy/tools/peers` installs them."""
