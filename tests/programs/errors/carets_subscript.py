# A failing subscript inside a longer expression.
data = {"rows": [[1, 2], [3, 4]]}
total = data["rows"][0][1] + data["rows"][1][5] + 10
