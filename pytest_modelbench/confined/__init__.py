"""Code that runs inside a sandbox: standard library only, nothing of it knows the rest of the package.

It is imported by a bare interpreter (`-I -S`), so this file and everything beside it stays free of
imports from elsewhere.
"""
