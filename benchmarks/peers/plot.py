"""A bar chart of latencies, as SVG that a browser opens without a network."""

COLOURS = ["#d6452b", "#4269d0", "#3ca951", "#efb118", "#6cc5b0", "#9c6b4e", "#a463f2"]
ROW, GAP, LEFT, WIDTH = 14, 16, 190, 560


def svg(results, runtimes):
    """A group of bars a network and number of threads: each runtime's time as a multiple of the group's longest."""
    parts, y = [], 40
    for row in results:
        present = [r for r in runtimes if r in row["figures"]]
        longest = max(row["figures"][r]["p50_ms"] for r in present)
        middle = y + ROW * len(present) / 2 + 4
        threads = f"{row['threads']} thread" + ("s" if row["threads"] > 1 else "")
        parts.append(f'<text x="{LEFT - 8}" y="{middle - 7}" text-anchor="end">{row["network"]}</text>')
        parts.append(f'<text x="{LEFT - 8}" y="{middle + 7}" text-anchor="end" fill="#777">{threads}</text>')
        for runtime in present:
            value = row["figures"][runtime]["p50_ms"]
            width = WIDTH * value / longest
            colour = COLOURS[runtimes.index(runtime) % len(COLOURS)]
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{ROW - 2}" fill="{colour}"/>')
            parts.append(f'<text x="{LEFT + width + 5:.1f}" y="{y + ROW - 4}">{value:.3g} ms  {runtime}</text>')
            y += ROW
        y += GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 170}" height="{y}" '
        'font-family="system-ui, sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>'
        '<text x="10" y="22" font-size="15">Latency of one picture, float32, median</text>'
    )
    return head + "".join(parts) + "</svg>\n"
