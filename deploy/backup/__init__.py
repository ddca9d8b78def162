"""Backups of a local installation: both databases and the secrets in one tar file.

python -m deploy.backup create [FILE]
python -m deploy.backup verify FILE
python -m deploy.backup restore FILE [--replace]
"""
