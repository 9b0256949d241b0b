"""One import that costs two seconds and that nothing here needs.

jsonschema, which nbformat uses, can check the syntax of international web addresses if the
package `rfc3987_syntax` is there, and that package compiles a grammar when it is imported.
No part of the notebook format is such an address.
"""

import sys


def skip_grammar():
    """Call before importing nbformat, nbclient or jsonschema in a short-lived process."""
    sys.modules.setdefault("rfc3987_syntax", None)  # None makes its import fail, as if absent
