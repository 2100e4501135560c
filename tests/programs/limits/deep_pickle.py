# habu: slow
# How deep a pickler goes depends on the machine stack: in a thread with a small one it ends early, with an exception.
import pickle
import threading

deep = []
for _ in range(200000):
    deep = [deep]


def run():
    try:
        pickle.dumps(deep)
    except RecursionError:
        print("RecursionError")
    print(len(pickle.dumps([[[]]])))


threading.stack_size(1 << 20)
thread = threading.Thread(target=run)
thread.start()
thread.join()
