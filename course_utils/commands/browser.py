"""Is there a browser that could show a page on this machine's screen?"""

import os
import sys
import webbrowser


def find_browser():
    """Return the browser's name, or None on a server, in a container, without a screen."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not screen and not os.environ.get("BROWSER"):
        return None
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return None
    return getattr(found, "name", None) or type(found).__name__
