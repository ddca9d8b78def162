"""The JSON that several concepts share; that of one concept alone is in the folder's `shapes.py`.

Answers, log and notices are built from these types, and OpenAPI is generated from them.
`TypedDict` is that of `typing_extensions`: Pydantic refuses the other before Python 3.12.
"""
