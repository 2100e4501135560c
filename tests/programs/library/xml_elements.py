# Elements of XML trees: what they are made of, their errors, walks, paths, copies and pickles.
import copy, pickle, warnings, io
import xml.etree.ElementTree as ET
E=ET.Element; S=ET.SubElement
def t(f,*a,**k):
    try: r=f(*a,**k); print(repr(r) if not isinstance(r,E) else ('E',r.tag))
    except BaseException as e: print(type(e).__name__, e)
print(E.__module__, E.__qualname__, ET.SubElement.__name__)
t(E); t(E,1,2,3); t(E,'a',5); t(E,'a',attrib=5); t(E,'a',{'x':'1'},y='2'); t(E,'a',attrib={'x':'1'},y='2'); t(E,tag='a')
a=E('a',{'x':'1'},y='2'); print(a.attrib,a.tag,a.text,a.tail,len(a)); print(repr(a)[:14])
b=S(a,'b',{'q':'w'},z='1'); c=S(a,'c'); b.text='bt'; b.tail='btail'; c.text='ct'; d=S(b,'d'); d.text='dt'; d.tail='dtail'; a.text='at'
t(S); t(S,1,'a'); t(S,a); t(S,a,'x',3); 
print(list(a)==[b,c], a[0] is b, a[-1] is c, a[0:1]==[b])
t(lambda:a[5]); t(lambda:a['x']); t(lambda:a[-3])
def seti(i,v): a[i]=v
t(seti,5,b); t(seti,0,3); t(seti,'x',b); t(seti,slice(0,1),[3]); t(seti,slice(0,1),3); t(seti,slice(None,None,2),[b,c])
def deli(i): del a[i]
t(deli,7); t(deli,'q')
t(a.append,3); t(a.extend,3); t(a.extend,[3]); t(a.insert,0,3); t(a.insert,'x',b); t(a.remove,3); t(a.remove,E('zz'))
print([x.tag for x in a.iter()],[x.tag for x in a.iter('d')],[x.tag for x in a.iter('*')],list(a.itertext()))
print(a.find('b') is b, a.find('./b/d') is d, a.find('nope'), a.findtext('b'), a.findtext('d','def'), a.findtext('b/d'), a.findall('b')==[b], [x.tag for x in a.findall('.//*')], [x.tag for x in a.iterfind('c')])
print(a.get('x'),a.get('no'),a.get('no',5),a.items(),a.keys()); a.set('k','v'); print(a.attrib); t(a.get); t(a.set,'x')
t(a.get,key='x'); t(a.find,path='b'); t(a.findtext,path='q',default=3); t(a.insert,index=0,subelement=E('i')); print([x.tag for x in a]); del a[0]
x=E('n'); x2=copy.copy(a); x3=copy.deepcopy(a); print(x2[0] is b, x3[0] is b, x3[0].text, x3.attrib is a.attrib, x3.attrib==a.attrib, x2.attrib is a.attrib, x2.text,x2.tail)
p=pickle.loads(pickle.dumps(a)); print(ET.tostring(p)==ET.tostring(a), ET.tostring(a)); print(sorted(a.__getstate__()))
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('always'); print(bool(a), bool(E('q'))); print(w[0].message, w[0].category)
def dele(n): delattr(a,n)
for n in ('tag','text','tail','attrib'): t(dele,n)
def sa(n,v): setattr(a,n,v)
t(sa,'attrib',4); t(sa,'tag',7); print(a.tag); a.tag='a'
class Sub(E):
    def __init__(self,*a,**k): super().__init__(*a,**k); self.extra=1
s=Sub('s',k='v'); s.append(b); print(s.extra,s[0] is b, ET.tostring(s), isinstance(s,E), type(s.makeelement('q',{})).__name__, type(copy.copy(s)).__name__)
t(a.makeelement,'q',3)
b.clear(); print(len(b),b.text,b.tail,b.attrib,b.tag)
it=a.iter(); print(type(it).__name__, next(it).tag); print(iter(it) is it)
print(a==a, a==E('a'), hasattr(a,'__iter__'), hasattr(a,'__dict__'), hasattr(s,'__dict__'))
a[:]=[E('1'),E('2'),E('3'),E('4')]; print([e.tag for e in a[::2]]); del a[1:3]; print([e.tag for e in a]); a[0]=E('z'); print(a[0].tag); print([e.tag for e in reversed(a)])
a[::-1]=[E('p'),E('q')]; print([e.tag for e in a])
e=E('r'); e.text=5; t(lambda: list(e.itertext()))
e=E('r'); 
for i in range(3): S(e,'c%d'%i).tail=None
e[0].text=''; print(list(e.itertext()))
for k in e:
    e.remove(k)
print(len(e))
t(E('x').__setstate__,{'tag':'y','_children':[E('k')],'attrib':{'a':'b'},'text':'T','tail':'L'})
z=E('x'); z.__setstate__({'tag':'y','_children':[E('k')],'attrib':{'a':'b'},'text':'T','tail':'L'}); print(z.tag,z[0].tag,z.attrib,z.text,z.tail); t(z.__setstate__,3); t(z.__setstate__,{})
print(ET.tostring(z)); ET.indent(a); print(ET.tostring(a)); print(ET.iselement(a), ET.iselement(3))
t(E('x').iter,'a','b'); t(E('x').clear,1)
t(z.extend,(x for x in [E('g')])); print(len(z))
t(z.find,None); t(z.findall,None); t(z.findtext,3)
tb=ET.TreeBuilder(); tb.start('a',{'x':'1'}); tb.data('hi'); tb.start('b',{}); tb.end('b'); tb.data('tail'); tb.end('a'); r=tb.close(); print(ET.tostring(r))
print(ET.tostring(ET.Comment('hi')), ET.tostring(ET.ProcessingInstruction('a','b')))
import weakref; print(weakref.ref(z)() is z)
