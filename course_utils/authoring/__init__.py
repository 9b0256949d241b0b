"""From a lesson's source to its notebooks, and back. Learners never import this.

Owns the source format (`source`), what is built from it (`notebook`, `solutions`), running
(`execute`), pulling edits back (`pull`) and the rules a lesson must pass (`gate`).

Importing nbformat costs about two seconds (it compiles a grammar for URIs), so nothing here
imports it before a notebook is executed: reading percent cells and writing JSON take a few
lines each, and the tests hold both against jupytext and nbformat.
"""
