"""The pages, one file per subject: ask at most two services, render, or act and redirect."""
