"""What the names of WGCNA modules look like: R's colours, which CSS only partly knows."""

import re

# Names that CSS knows too, but with another colour.
_OTHER_IN_CSS = {
    "green": "#00FF00",
    "gray": "#BEBEBE",
    "grey": "#BEBEBE",
    "maroon": "#B03060",
    "purple": "#A020F0",
}
_ONLY_IN_R = {
    "lightslateblue": "#8470FF",
    "violetred": "#D02090",
    "lightgoldenrod": "#EEDD82",
    "navyblue": "#000080",
}
# X11's first shade of each colour; shades 2, 3 and 4 are darker by these factors, within one step.
_FIRST_SHADE = {
    "antiquewhite": "FFEFDB", "aquamarine": "7FFFD4", "azure": "F0FFFF", "bisque": "FFE4C4",
    "blue": "0000FF", "brown": "FF4040", "burlywood": "FFD39B", "cadetblue": "98F5FF",
    "chartreuse": "7FFF00", "chocolate": "FF7F24", "coral": "FF7256", "cornsilk": "FFF8DC",
    "cyan": "00FFFF", "darkgoldenrod": "FFB90F", "darkolivegreen": "CAFF70", "darkorange": "FF7F00",
    "darkorchid": "BF3EFF", "darkseagreen": "C1FFC1", "darkslategray": "97FFFF", "deeppink": "FF1493",
    "deepskyblue": "00BFFF", "dodgerblue": "1E90FF", "firebrick": "FF3030", "gold": "FFD700",
    "goldenrod": "FFC125", "green": "00FF00", "honeydew": "F0FFF0", "hotpink": "FF6EB4",
    "indianred": "FF6A6A", "ivory": "FFFFF0", "khaki": "FFF68F", "lavenderblush": "FFF0F5",
    "lemonchiffon": "FFFACD", "lightblue": "BFEFFF", "lightcyan": "E0FFFF", "lightgoldenrod": "FFEC8B",
    "lightpink": "FFAEB9", "lightsalmon": "FFA07A", "lightskyblue": "B0E2FF", "lightsteelblue": "CAE1FF",
    "lightyellow": "FFFFE0", "magenta": "FF00FF", "maroon": "FF34B3", "mediumorchid": "E066FF",
    "mediumpurple": "AB82FF", "mistyrose": "FFE4E1", "navajowhite": "FFDEAD", "olivedrab": "C0FF3E",
    "orange": "FFA500", "orangered": "FF4500", "orchid": "FF83FA", "palegreen": "9AFF9A",
    "paleturquoise": "BBFFFF", "palevioletred": "FF82AB", "peachpuff": "FFDAB9", "pink": "FFB5C5",
    "plum": "FFBBFF", "purple": "9B30FF", "red": "FF0000", "rosybrown": "FFC1C1", "royalblue": "4876FF",
    "salmon": "FF8C69", "seagreen": "54FF9F", "seashell": "FFF5EE", "sienna": "FF8247", "skyblue": "87CEFF",
    "slateblue": "836FFF", "slategray": "C6E2FF", "snow": "FFFAFA", "springgreen": "00FF7F",
    "steelblue": "63B8FF", "tan": "FFA54F", "thistle": "FFE1FF", "tomato": "FF6347", "turquoise": "00F5FF",
    "violetred": "FF3E96", "wheat": "FFE7BA", "yellow": "FFFF00",
}  # fmt: skip
_SHADES = {1: 1.0, 2: 0.932, 3: 0.804, 4: 0.545}


def module_colour(module: str) -> str:
    """A colour that a browser draws as R draws the module's name; grey for one it does not know."""
    if module in _OTHER_IN_CSS or module in _ONLY_IN_R:
        return _OTHER_IN_CSS.get(module) or _ONLY_IN_R[module]
    found = re.fullmatch(r"([a-z]+?)(\d+)", module)
    if found is None:
        return module if re.fullmatch(r"[a-z]+", module) else _OTHER_IN_CSS["grey"]
    name, shade = found[1], int(found[2])
    if name in ("grey", "gray"):
        level = round(2.55 * shade)
        return f"#{level:02X}{level:02X}{level:02X}"
    if name not in _FIRST_SHADE or shade not in _SHADES:
        return _OTHER_IN_CSS["grey"]
    first = (int(_FIRST_SHADE[name][i : i + 2], 16) for i in (0, 2, 4))
    return "#" + "".join(f"{round(part * _SHADES[shade]):02X}" for part in first)
