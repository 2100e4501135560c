# Keys of objects, which are kept and compared before they are made, and numbers of all lengths.
import json

text = '[{"a": 1, "b\\u00e9": 2, "": 3}, {"a": 4, "b\u00e9": 5, "": 6, "a": 7}]'
print(json.loads(text))
keys = [f"{c}{n}{c}" for n in range(300) for c in "abc"] + ["\u4e00" * n for n in range(1, 9)] + ["é", "x\ty", 'q"', "\\"]
one = {k: i for i, k in enumerate(keys)}
for ascii_only in (True, False):
    assert json.loads(json.dumps([one, one], ensure_ascii=ascii_only)) == [one, one]
print(len(json.loads(json.dumps(one))), list(json.loads('{"ab": 1, "ba": 2, "aab": 3, "abb": 4}')))
pairs = json.loads('{"k": 1, "k": 2, "\\u006b": 3}', object_pairs_hook=list)
print(pairs, json.loads('{"k": {"k": 1}}', object_hook=lambda d: sorted(d)))
print(json.loads("[0, -0, 1e5, -1.5E-3, 0.1, 123456789012345678, 1234567890123456789, 12345678901234567890123456789012345678901]"))
print(json.loads("[0." + "3" * 60 + ", 1" + "0" * 50 + ".5, 1e400, -1e-400]"), json.loads("1.25", parse_float=str))
for bad in ('{"a', '{"a"', '{"a\n": 1}', '{"a\\x": 1}', '{"a": 1 "b"}', "{a: 1}", '["\x01"]', '"abc', "[1.]", "[1e]", "-", ""):
    try:
        print(json.loads(bad))
    except ValueError as e:
        print(type(e).__name__, e)
print(json.loads('{"a\tb": "\x01"}', strict=False))
