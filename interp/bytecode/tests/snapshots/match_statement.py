def f(p):
    match p:
        case 1 | "a": return 1
        case [a, 2, *rest]: return rest
        case {"k": v, **kw}: return kw
        case C(1, y=[z]) as w: return w
        case None | True: pass
        case n if n > 3: return n
        case _: return 0
