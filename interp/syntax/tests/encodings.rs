//! Source bytes: marks, cookies, newlines and what is wrong with them.

use habu_syntax::{SourceText, SyntaxErr};

fn error(bytes: &[u8]) -> SyntaxErr {
    SourceText::from_bytes(bytes).expect_err("the source should be refused")
}

#[test]
fn text_is_decoded_and_normalised() {
    let decode = |bytes: &[u8]| SourceText::from_bytes(bytes).expect("the source should decode").text;
    assert_eq!(decode(b"\xEF\xBB\xBFx\r\ny\rz"), "x\ny\nz");
    assert_eq!(decode(b"# -*- coding: latin-1 -*-\n'\xE9'"), "# -*- coding: latin-1 -*-\n'\u{E9}'");
    assert_eq!(decode(b"\n# vim: fileencoding=iso-8859-1\n\xE9"), "\n# vim: fileencoding=iso-8859-1\n\u{E9}");
    assert_eq!(decode("x = 'é'".as_bytes()), "x = 'é'");
    assert!(
        SourceText::from_bytes(b"x\n\n# coding: latin-1\n\xE9").is_err(),
        "a cookie on the third line is none"
    );
}

#[test]
fn wrong_bytes_are_refused() {
    let e = error(b"y\nx='\xC3'\n");
    let msg = "Non-UTF-8 code starting with '\\xc3' on line 2, but no encoding declared; \
               see https://peps.python.org/pep-0263/ for details";
    assert_eq!((e.msg.as_str(), e.line, e.col, e.end_line, e.end_col), (msg, 2, 4, 2, 4));
    let e = error(b"# coding: ascii\nx='\xFF'\n");
    assert_eq!(e.msg, "'ascii' codec can't decode byte 0xff in position 19: ordinal not in range(128)");
    assert_eq!(error(b"# coding: foo\nx\n").msg, "unknown encoding: foo");
    let e = error(b"\xEF\xBB\xBF# coding: latin-1\nx\n");
    assert_eq!(
        (e.msg.as_str(), e.line, e.col, e.end_col),
        ("encoding problem: iso-8859-1 with BOM", 1, 0, 17)
    );
    assert_eq!(error(b"x\0y").msg, "source code string cannot contain null bytes");
    assert_eq!(error(b"# coding: foo_Bar\nx\n").msg, "unknown encoding: foo_Bar");
}
