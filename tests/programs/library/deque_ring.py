"""A deque that grows, shrinks and wraps around, against a list that does the same."""

from collections import deque

queue, model = deque(), []
state = 12345
checks = 0
for step in range(6000):
    state = (state * 1103515245 + 12345) % 2147483648
    choice = (state >> 16) % 10
    # More comes in than goes out in the first half, and the other way round afterwards.
    if choice < (6 if step < 3000 else 3):
        queue.append(step)
        model.append(step)
    elif choice < (7 if step < 3000 else 5):
        queue.appendleft(step)
        model.insert(0, step)
    elif model and choice == 9:
        assert queue.pop() == model.pop(), step
    elif model:
        assert queue.popleft() == model.pop(0), step
    if step % 97 == 0:
        assert list(queue) == model, step
        queue.rotate(step % 7 - 3)
        for _ in range(abs(step % 7 - 3)):
            if model and step % 7 > 3:
                model.insert(0, model.pop())
            elif model:
                model.append(model.pop(0))
        checks += 1
assert list(queue) == model
print(len(queue), sum(queue), checks)

for size in (1, 7, 8, 9, 16, 31, 40):
    queue = deque(range(size))
    taken = []
    for i in range(size * 3):
        taken.append(queue.popleft())
        queue.append(size + i)
    print(size, taken == list(range(size * 3)), queue[0], queue[-1], len(queue))
