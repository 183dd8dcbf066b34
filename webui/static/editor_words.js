// What the editor says, in the page's language: our own sentences by name, CodeMirror's by its English ones.
(() => {
  "use strict";
  const zh = {
    ours: {
      hint: "回车接着上一行的缩进和列表，Tab 缩进两格；先按 Esc 再按 Tab 离开编辑框。F8 下一处问题，Shift+F8 上一处，Ctrl+空格 可写的内容，Ctrl+F 查找。",
      checking: "正在检查…",
      clean: "没有发现问题",
      counted: "{error} 处错误，{warning} 处警告，{note} 处提示",
      unchecked: "暂时无法检查（{why}）。文字都在，几秒后自动再试。",
      unhelped: "补全和说明没有取到（{why}）。照常可以写；重新打开本页再试。",
      restored: "已恢复上次没有保存的文字（{at}）。",
      drop: "不要，用已保存的",
      conflict: "{by} 已经保存了另一版。您的文字都在：每处不同，点「用我的」或「用对方的」，也可以直接改。",
      somebody: "另一位",
      settled: "看完了，用现在的文字",
      kept: "未保存的文字已留在这台设备上",
      unkept: "这台设备存不下未保存的文字（{why}）。离开本页前请先保存。",
      saved: "已保存",
      required: "必填",
    },
    codemirror: {
      "Control character": "控制字符", "Selection deleted": "已删除所选", "Folded lines": "已折叠", "Unfolded lines": "已展开", "to": "至",
      "folded code": "已折叠的内容", "unfold": "展开", "Fold line": "折叠", "Unfold line": "展开", "Completions": "可写的内容",
      "Find": "查找", "Replace": "替换为", "next": "下一处", "previous": "上一处", "all": "全部", "match case": "区分大小写",
      "regexp": "正则表达式", "by word": "整词", "replace": "替换", "replace all": "全部替换", "close": "关闭", "current match": "当前一处",
      "replaced $ matches": "替换了 $ 处", "replaced match on line $": "替换了第 $ 行的一处", "on line": "在行", "Go to line": "到行", "go": "去",
      "Diagnostics": "问题", "No diagnostics": "没有问题", "Accept": "用我的", "Reject": "用对方的", "$ unchanged lines": "$ 行没有变",
    },
  };
  const en = {
    ours: {
      hint: "Enter goes on with the indentation and the list, Tab indents by two; Esc and then Tab leaves the editor. F8 next problem, Shift+F8 previous, Ctrl+Space what may stand here, Ctrl+F find.",
      checking: "Checking…",
      clean: "No problems found",
      counted: "Errors: {error}, warnings: {warning}, notes: {note}",
      unchecked: "Cannot be checked just now ({why}). Your text is kept; it is tried again in a few seconds.",
      unhelped: "Completion and help could not be fetched ({why}). You can write all the same; open this page again to retry.",
      restored: "The text you had not saved is back ({at}).",
      drop: "Drop it, use what is saved",
      conflict: "{by} has saved another version. All of your text is here: at each difference take yours or theirs, or write on.",
      somebody: "Somebody else",
      settled: "Done, go on with the text as it is now",
      kept: "What is not saved yet is kept on this device",
      unkept: "This device cannot keep what is not saved ({why}). Save before you leave this page.",
      saved: "Saved",
      required: "required",
    },
    codemirror: { "Accept": "Use mine", "Reject": "Use theirs" },
  };
  const said = document.documentElement.lang.startsWith("zh") ? zh : en;
  const fill = (sentence, facts = {}) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
  window.editing = { said: (name, facts) => fill(said.ours[name], facts), phrases: said.codemirror };
})();
