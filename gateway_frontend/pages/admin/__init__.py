"""/admin: pages for administrators. The services refuse everybody else."""
