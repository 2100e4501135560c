# An error in a key function called from a builtin.
people = [{"name": "al", "age": 3}, {"name": "bo"}]
people.sort(key=lambda person: person["age"])
