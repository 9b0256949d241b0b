"""The chain rule as a road map: rates multiply along a road and add where roads meet."""

from course_utils.plots import kit, style


def two_roads(rates, products, total):
    """Draw x reaching L along two roads, with the rate of every stretch.

    Args:
        rates: ((x to a, a to L), (x to b, b to L)), four numbers.
        products: what each road passes on, two numbers.
        total: their sum.

    Returns:
        The axes.
    """
    ax = kit.canvas(12.8, 5.4, title="Multiply along each road, add where the roads meet")
    x, a, b, loss = (1.2, 2.7), (5.2, 4.3), (5.2, 1.1), (9.2, 2.7)
    for place, label, color in (
        (x, "x", style.INK),
        (a, "a = 3x", style.BLUE),
        (b, "b = x²", style.ORANGE),
        (loss, "L = a·b", style.INK),
    ):
        kit.node(ax, *place, label, color=color, radius=0.78, size=9)
    for via, color, (first, second) in zip((a, b), (style.BLUE, style.ORANGE), rates, strict=True):
        kit.arrow(ax, x, via, f"rate {first}", color=color, gap=0.82, size=9.5)
        kit.arrow(ax, via, loss, f"rate {second}", color=color, gap=0.82, size=9.5)
    ends = ((4.75, style.BLUE, "upper road", 0), (0.65, style.ORANGE, "lower road", 1))
    for y, color, name, i in ends:
        text = f"{name}: {rates[i][0]} · {rates[i][1]} = {products[i]}"
        kit.note(ax, 6.3, y, text, color=color, size=9.5, ha="left")
    text = f"together\n{products[0]} + {products[1]} = {total}"
    kit.note(ax, 11.4, 2.7, text, color=style.RED, size=10.5)
    return ax
