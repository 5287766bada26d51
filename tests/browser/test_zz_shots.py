import sys; sys.path.insert(0,'/work/main')
from tests.browser.conftest import *
from tests.browser.test_case_work import case_with_draft
from tests.builders import an_attachment
from tests.unit.api.web.test_case_writing import PNG
from agent.store.tables import *
from agent.desk.outgoing_files import attach
from agent.desk.at_work import say_at_work
import zlib,struct
def real_png(w=320,h=160):
    raw=b''.join(b'\0'+bytes([(x*255//w, y*255//h, 150][i] if False else v) for x in range(w) for i,v in enumerate((x*255//w,y*255//h,150))) for y in range(h))
    ch=lambda t,d: struct.pack('>I',len(d))+t+d+struct.pack('>I',zlib.crc32(t+d))
    return b'\x89PNG\r\n\x1a\n'+ch(b'IHDR',struct.pack('>IIBBBBB',w,h,8,2,0,0,0))+ch(b'IDAT',zlib.compress(raw))+ch(b'IEND',b'')
def test_shots(served, chromium):
    cid=case_with_draft(served)
    with served.house.store.writing() as unit:
        s=unit.session
        case=s.get_one(CaseRow,cid); msg=s.get_one(MessageRow,case.latest_in_id)
        a=an_attachment(s,msg,"screen.png",real_png()); an_attachment(s,msg,"faktura.pdf",b"MZ\x90abc"); an_attachment(s,msg,"kontrakt.pdf",b"%PDF-1.7 x"*500)
        ida=s.query(PersonRow).filter_by(email="ida@nordlys.example").one(); ida.role="lead"
        other=s.query(PersonRow).filter(PersonRow.email!="ida@nordlys.example").first()
        from dataclasses import replace
        h=replace(served.house.house, clock=system_clock)
        attach(unit,h,case_id=cid,filename="guide.pdf",content=b"%PDF-1.7 "*9000,person=ida)
        say_at_work(unit,h,case_id=cid,act="edit",person=other)
        aid=a.id
    for theme,w in (("light",1440),("dark",1440),("light",390)):
        p=new_page(chromium,width=w,theme=theme); errs=[]
        p.on("console", lambda m: errs.append(m.text) if m.type=="error" else None)
        sign_in(p,served)
        for name,path in (("case",f"/cases/{cid}"),("edit",f"/cases/{cid}?act=edit"),("look",f"/cases/{cid}/attachments/{aid}/look"),("templates","/templates"),("tpl","/templates/delay?case=%d"%cid),("lists","/checklists"),("list","/checklists/technical")):
            p.goto(served.url+path); p.wait_for_timeout(500)
            if name=="edit":
                p.get_by_label("Text of the reply").fill("Hej,\n\nhalf of an answer"); p.wait_for_timeout(2500)
            p.screenshot(path=f"/tmp/s_{name}_{theme}_{w}.png"); print(name,theme,w,p.evaluate("document.documentElement.scrollWidth"),errs[:2]); errs.clear()
        p.context.close()
