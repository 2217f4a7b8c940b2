"""The table and the chart."""

from .numbers import spread

VERDICTS = {True: "yes", False: "**no**", None: ""}


def table(cells):
    """`cells`: what a cell is → its rows."""
    lines = ["| cell | number | original | ours | ours / original | to reach | reached |", "|---|---|---|---|---|---|---|"]
    for what, rows in cells.items():
        for i, row in enumerate(rows):
            ratio = row.ratio()
            digits = row.number.digits
            lines.append(
                f"| {'' if i else what} | {row.number.name} | {spread(row.original, digits)} | {spread(row.ours, digits)} "
                f"| {'–' if ratio is None else f'{ratio:.2f}'} | {row.target()} | {VERDICTS[row.reached()]} |")
    return "\n".join(lines)


def chart(cells):
    """One bar for each number that has a target as a multiple of the original's; the line is 1."""
    bars = [(f"{what}: {row.number.name}", row) for what, rows in cells.items() for row in rows
            if row.number.ratio is not None and row.ratio() is not None]
    left, unit, height = 620, 120, 26 * len(bars) + 50
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + 3 * unit + 60}" height="{height}" '
           'font-family="sans-serif" font-size="12">',
           '<rect width="100%" height="100%" fill="white"/>',
           '<text x="10" y="20" font-weight="bold">ours / original etcd 3.6.14; the mark is what is to be reached</text>']
    for i, (label, row) in enumerate(bars):
        y, ratio = 34 + 26 * i, row.ratio()
        width, mark = min(ratio, 3) * unit, left + row.number.ratio * unit
        out.append(f'<text x="10" y="{y + 14}">{label}</text>')
        out.append(f'<rect x="{left}" y="{y}" width="{width:.0f}" height="18" fill="{"#2a7" if row.reached() else "#c73"}"/>')
        out.append(f'<path d="M{mark:.0f} {y - 2} v22" stroke="black" stroke-width="2"/>')
        out.append(f'<text x="{left + width + 6:.0f}" y="{y + 14}">{ratio:.2f} {"↑" if row.number.more else "↓"}</text>')
    out.append(f'<line x1="{left + unit}" y1="28" x2="{left + unit}" y2="{height - 10}" stroke="gray" stroke-dasharray="4"/></svg>')
    return "\n".join(out)
