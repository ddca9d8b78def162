"""Infrastructure that all services share: settings, web, data, identity, serving."""
