"""Helpers of the course "Build Your First Large Model".

Importing this package imports no framework and costs almost nothing; each lesson imports
the module it needs.
"""

__version__ = "0.1.0"
