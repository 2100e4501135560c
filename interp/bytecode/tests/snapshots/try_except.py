def f():
    try:
        a()
    except (E, F) as e:
        b(e)
    except G:
        return 1
    except:
        raise
    else:
        c()
    return 2
