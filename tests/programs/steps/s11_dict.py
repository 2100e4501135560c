# Dictionaries.
d = {"a": 1, "b": 2}
print(d, d["a"], len(d), "a" in d, "z" in d)
d["c"] = 3
d["a"] += 10
print(d.get("z"), d.get("z", 0))
for key in d:
    print(key, d[key])
for key, value in d.items():
    print(key, value)
del d["a"]
print(d, list(d.keys()), list(d.values()))
