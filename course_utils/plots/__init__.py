"""Pictures of the course: one per function, all in one style. The only home of matplotlib.

Functions return the axes they drew on and neither show nor save; `figure.show` does.
Nothing here uses pyplot, so a figure never appears by itself and never without alt text.
"""
