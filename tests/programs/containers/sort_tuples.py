# Tuples of plain items are sorted without general comparisons; nothing of the order may change by that.
import random
random.seed(5)
def key(x): return x
for col in (lambda: random.randint(-3,3), lambda: random.choice('ab'*3+'é')*random.randint(0,2), lambda: random.choice([1.5,0.0,-0.0,2.0]), lambda: random.choice([1,True,2.0,10**30])):
    for col2 in (lambda: random.randint(0,2), lambda: random.random(), lambda: str(random.randint(0,9)), lambda:(random.randint(0,2),)):
        L=[(col(),col2(),i) for i in range(200)]
        a=sorted(L); b=sorted(L,reverse=True); c=sorted(L,key=lambda t:t[:2]); d=sorted(L,key=lambda t:t[:2],reverse=True)
        print(hash(tuple(map(str,a))) is None, a[:3],b[:3],c[:5],d[:5])
nan=float('nan')
print(sorted([(nan,1),(1.0,2),(nan,0)]), sorted([(1,),(1,2),()]), sorted([(1,'a'),(1,'a',0)]))
try: sorted([(1,'a'),(1,2)])
except TypeError as e: print(e)
print(sorted([(1,'a'),(2,2)]))
