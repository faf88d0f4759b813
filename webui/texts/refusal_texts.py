"""Why an edit was refused: words for every reason that the storage or a service gives."""

from __future__ import annotations

REFUSAL_TEXTS = {
    "refused.nothing_to_undo": (
        "没有可撤销的：文稿仍是最初的样子。",
        "There is nothing to undo: the transcript is as it was made.",
    ),
    "refused.nothing_to_redo": (
        "没有可重做的：没有撤销过什么。",
        "There is nothing to redo: nothing was taken back.",
    ),
    "refused.already_so": ("文稿已经是那个状态了。", "The transcript already is in that state."),
    "refused.signature_too_long": (
        "名字、编号或备注有 {count} 个字，太长了；最多 {limit} 个字。",
        "A name, an id or a remark of {count} characters is too long; {limit} are allowed.",
    ),
    "refused.nothing_to_replace": ("请先填写要替换什么。", "Say what is to be replaced."),
    "refused.nothing_left": (
        "替换之后，“{text}”这一句就什么都不剩了。请先删除它，或者少替换一些。",
        "Nothing would be left of the sentence “{text}”. Delete it first, or replace less.",
    ),
    "refused.no_words": (
        "一句话不能没有文字。如果那里没有人说话，请删除或排除它。",
        "A sentence needs words. If nothing is said there, delete it or reject it.",
    ),
    "refused.text_too_long": (
        "这段文字有 {count} 个字；一句最多 {limit} 个字。请拆分。",
        "The text has {count} characters; a sentence may have {limit}. Divide it.",
    ),
    "refused.comment_too_long": (
        "备注有 {count} 个字；最多 {limit} 个字。",
        "The comment has {count} characters; {limit} are allowed.",
    ),
    "refused.join_two": ("请至少选择两句再合并。", "Choose at least two sentences to join."),
    "refused.different_speakers": (
        "这些句子的说话人不同。请先改成同一位说话人，再合并。",
        "The sentences are said by different speakers. Give them one speaker, then join them.",
    ),
    "refused.divide_where": (
        "请指明在哪里拆分：在某个字处，或在某个时间。",
        "Say where to divide: at a character, or at a time.",
    ),
    "refused.impossible_times": (
        "一句话不能从 {start} 毫秒到 {end} 毫秒：结束必须晚于开始，录音共 {duration} 毫秒。",
        "A sentence cannot last from {start} to {end} ms: it must end after it begins, and "
        "the recording has {duration} ms.",
    ),
    "refused.both_parts_need_words": (
        "拆分后的两部分都要有文字。请把光标放在两个字之间。",
        "Both parts of a divided sentence need words. Put the cursor between two of them.",
    ),
    "refused.one_word_only": (
        "这一句只有一个词，无法拆分。",
        "The sentence has one word only and cannot be divided.",
    ),
    "refused.word_too_short": (
        "那里的词太短，无法拆分。",
        "The word there is too short to be divided.",
    ),
    "refused.named_twice": (
        "有一句被指定了两次；一句只能有一位说话人。",
        "A sentence is named twice; give it one speaker.",
    ),
    "refused.speaker_needs_sentence": (
        "新的说话人至少要有一句话。",
        "A new speaker needs a sentence; choose at least one.",
    ),
    "refused.merge_whom": (
        "请至少选择一位要合并的说话人。",
        "Choose at least one speaker to merge.",
    ),
    "refused.merge_same": (
        "不能把说话人与自己合并。",
        "A speaker cannot be merged into the same speaker.",
    ),
    "refused.name_taken": (
        "已经有一位说话人叫“{name}”。请换一个名字，或把两位合并。",
        "There is another speaker called “{name}”. Choose another name, or merge the two.",
    ),
    "refused.nothing_chosen": (
        "没有选中任何句子；请至少选择一句。",
        "No sentence is chosen; choose at least one.",
    ),
    "refused.id_elsewhere": (
        "这个修改编号属于另一份文稿；请换一个。",
        "The edit's id belongs to another transcript; choose a new one.",
    ),
    "refused.version_name": ("请给这个版本起个名字。", "A version needs a name."),
    "refused.version_taken": (
        "已经有一个版本叫“{name}”；请换一个名字。",
        "There is a version called “{name}” already; choose another name.",
    ),
    "refused.person_name": (
        "请先填写名字，最多 {limit} 个字。",
        "Enter a name of at most {limit} characters first.",
    ),
    "refused.author_too_long": (
        "名字最多 {limit} 个字。",
        "A name has {limit} characters at most.",
    ),
    "refused.return_where": ("请选择要回到哪一次修改。", "Choose the edit to return to."),
    "refused.unknown_edit": (
        "页面发来了这个版本不认识的修改。请重新加载页面。",
        "The page sent an edit that this version does not know. Reload the page.",
    ),
    "refused.import_words_only": (
        "{format} 文件只有词语，没有句子或说话人，不能用来更正文稿。请把它作为另一份文稿导入。",
        "A {format} file holds words without sentences or speakers and cannot correct a "
        "transcript. Import it as a transcript of its own.",
    ),
    "refused.import_name_too_long": (
        "人名最多 {limit} 个字，文件名最多 {file_limit} 个字。",
        "A person's name has {limit} characters at most, a file's {file_limit}.",
    ),
    "refused.import_unknown": (
        "从文件名看不出这是什么文件。文件名应以下列之一结尾：{formats}。",
        "The file's name does not tell what it is. It should end in one of: {formats}.",
    ),
    "refused.import_damaged": ("文件读不了：{why}", "The file cannot be read: {why}"),
    "refused.import_too_long": (
        "读取这个文件超过了 {limit} 秒，已停止。请把文件分成几份。",
        "Reading the file took more than {limit} seconds and was stopped. "
        "Split the file into parts.",
    ),
    "refused.import_too_large": (
        "读取这个文件需要的内存超过了 {limit} MB，已停止。请把文件分成几份。",
        "Reading the file took more than {limit} MB of memory and was stopped. "
        "Split the file into parts.",
    ),
    "refused.import_too_many": (
        "文件有 {count} 句，最多读取 {limit} 句。请分成几份。",
        "The file has {count} sentences; {limit} are read. Split it into parts.",
    ),
    "refused.import_sentence_too_long": (
        "文件中有一句长达 {count} 个字，一句最多 {limit} 个字。请把它分成几句。",
        "A sentence of the file has {count} characters; {limit} are read. "
        "Split it into shorter ones.",
    ),
    "refused.changed": (
        "别人刚改过这里，你的修改没有覆盖它。请看一下现在的内容，再决定是否重做。",
        "Somebody else has changed this meanwhile. Look at their version, then try again.",
    ),
    "refused.edited_meanwhile": (
        "别人刚刚修改了文稿。请看看他们改了什么，再选一次。",
        "Somebody else has edited the transcript meanwhile. Look at what they did, then "
        "choose again.",
    ),
    "refused.older_transcript": (
        "现在的文稿比你看到的更旧：已换成了备份。请重新加载页面。",
        "The transcript is an older one than what you see: a backup has been put in its "
        "place. Load the page again.",
    ),
    "refused.sentence_gone": (
        "这一句已经不在了：有人合并或删除了它。",
        "The sentence is no longer there: somebody has joined or deleted it.",
    ),
    "refused.sentences_gone": (
        "所选 {chosen} 句中有 {count} 句已经不在了：有人合并或删除了它们。请看看文稿，再试一次。",
        "{count} of the {chosen} chosen sentences are no longer there: somebody has joined "
        "or deleted them. Look at the transcript, then try again.",
    ),
    "refused.speaker_gone": (
        "这位说话人已经不在了：有人把他合并到了别人。",
        "The speaker is no longer there: somebody has merged the speaker.",
    ),
}
