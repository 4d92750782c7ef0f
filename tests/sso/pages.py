"""The stand-in's one page: the form, English and Chinese together, light and dark."""

from __future__ import annotations

from tornado.template import Template

FORM = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · 登录</title>
<style>
  :root { color-scheme: light dark; --page: #eef2f7; --card: #fff; --ink: #17212f; --soft: #56657a; --line: #c3cddb;
          --blue: #1d5fae; --red: #b3261e; }
  @media (prefers-color-scheme: dark) {
    :root { --page: #10161f; --card: #1a2330; --ink: #e8edf4; --soft: #a2afc0; --line: #425066; --blue: #5c9df0;
            --red: #ff8a80; } }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--page);
         color: var(--ink); font: 16px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; }
  main { width: 100%; max-width: 24rem; padding: 2rem; background: var(--card); border-radius: 12px;
         box-shadow: 0 6px 28px #0002; }
  h1 { margin: 0 0 .25rem; font-size: 1.4rem; }
  p { margin: 0 0 1.25rem; color: var(--soft); font-size: .9rem; }
  p[role=alert] { padding: .6rem .8rem; border: 1px solid var(--red); border-radius: 8px; color: var(--red); }
  label { display: block; margin: .9rem 0 .3rem; font-weight: 600; }
  input { width: 100%; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: 8px; font: inherit;
          background: var(--card); color: var(--ink); }
  :focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
  button { width: 100%; margin: 1.5rem 0 1rem; padding: .7rem; border: 0; border-radius: 8px; background: var(--blue);
           color: var(--card); font: inherit; font-weight: 600; cursor: pointer; }
  a { display: block; text-align: center; color: var(--blue); }
</style>
</head>
<body>
<main>
  <h1>Sign in · 登录</h1>
  <p>Stand-in for IHEP SSO, for tests only<br>IHEP 统一认证的替代服务，仅供测试</p>
  {% if problem %}<p role="alert">{{ problem }}</p>{% end %}
  <form method="post" action="{{ action }}">
    <label for="username">User name or e-mail · 用户名或邮箱</label>
    <input id="username" name="username" value="{{ username }}" autocomplete="username" autocapitalize="none"
           spellcheck="false" required autofocus>
    <label for="password">Password · 密码</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required>
    <button type="submit">Sign in · 登录</button>
    <a href="{{ cancel }}">Cancel · 取消</a>
  </form>
</main>
</body>
</html>
""",
    autoescape="xhtml_escape",
)
SIGNED_OUT = "<!doctype html><meta charset=utf-8><title>Signed out</title><p>You are signed out. 您已退出登录。"
