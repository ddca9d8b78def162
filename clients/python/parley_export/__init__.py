"""Check and read exports of Parley; needs nothing but Python.

python -m parley_export verify FILE.zip
python -m parley_export show FILE.zip [CONVERSATION]
"""
