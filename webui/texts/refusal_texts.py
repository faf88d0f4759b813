"""Error messages for refused edits and imports, in Chinese and English."""

from __future__ import annotations

REFUSAL_TEXTS = {
    "refused.nothing_to_undo": ("没有可撤销的修改。", "There is nothing to undo."),
    "refused.nothing_to_redo": ("没有可重做的修改。", "There is nothing to redo."),
    "refused.already_so": ("文稿已处于该状态。", "The transcript is already in that state."),
    "refused.signature_too_long": (
        "名字、编号或备注有 {count} 个字，最多 {limit} 个字。请缩短。",
        "A name, an id or a note has {count} characters; the limit is {limit}. Shorten it.",
    ),
    "refused.nothing_to_replace": ("请先填写要查找的文字。", "Enter the text to replace."),
    "refused.nothing_left": (
        "替换后，“{text}”这一句将没有文字。请先删除这一句，或缩小替换范围。",
        "The replacement would leave the sentence “{text}” empty. Delete it first, or replace "
        "less.",
    ),
    "refused.no_words": (
        "句子不能没有文字。如果这里没有人说话，请删除或排除这一句。",
        "A sentence needs words. If nothing is said there, delete or reject it.",
    ),
    "refused.text_too_long": (
        "这段文字有 {count} 个字，每句最多 {limit} 个字。请拆分。",
        "The text has {count} characters; the limit for a sentence is {limit}. Split it.",
    ),
    "refused.find_too_long": (
        "要查找的文字最多 {limit} 个字，请缩短。",
        "The text to replace may have at most {limit} characters; shorten it.",
    ),
    "refused.too_many_speakers": (
        "一份转写最多有 {limit} 位说话人。请先合并一些说话人。",
        "A transcript has at most {limit} speakers. Merge some of them first.",
    ),
    "refused.merged_too_long": (
        "这些句子一共有 {count} 个字，每句最多 {limit} 个字。请少选几句再合并。",
        "Together the sentences have {count} characters; the limit for one is {limit}. Merge "
        "fewer.",
    ),
    "refused.edit_too_large": (
        "一次改动的内容太多。请减少所选的句子，分几次修改。",
        "The edit changes too much at once. Select fewer sentences.",
    ),
    "refused.copy_unfinished": (
        "这段录音尚未转写完成，完成后才能复制。",
        "This recording is not transcribed yet. Make a copy when that is done.",
    ),
    "refused.comment_too_long": (
        "备注有 {count} 个字，最多 {limit} 个字。请缩短。",
        "The comment has {count} characters; the limit is {limit}. Shorten it.",
    ),
    "refused.join_two": ("请至少选择两句再合并。", "Select at least two sentences to merge."),
    "refused.different_speakers": (
        "这些句子的说话人不同。请先改成同一位说话人，再合并。",
        "The sentences have different speakers. Assign them to one speaker, then merge them.",
    ),
    "refused.divide_where": (
        "请指定拆分位置：某个字，或某个时间。",
        "Specify where to split: at a character or at a time.",
    ),
    "refused.impossible_times": (
        "句子不能从 {start} 毫秒到 {end} 毫秒：结束须晚于开始，录音共 {duration} 毫秒。",
        "A sentence cannot last from {start} to {end} ms: it must end after it starts, within the "
        "recording's {duration} ms.",
    ),
    "refused.both_parts_need_words": (
        "拆分后的两部分都要有文字。请把光标放在两个字之间。",
        "Both parts of a split sentence need words. Place the cursor between two words.",
    ),
    "refused.one_word_only": (
        "这一句只有一个词，无法拆分。",
        "The sentence has only one word and cannot be split.",
    ),
    "refused.word_too_short": (
        "这里的词太短，无法拆分。",
        "The word there is too short to be split.",
    ),
    "refused.named_twice": (
        "有一句被指定了两次；每句只能有一位说话人。",
        "A sentence is listed twice; give it one speaker.",
    ),
    "refused.speaker_needs_sentence": (
        "新说话人至少要有一句。请至少选择一句。",
        "A new speaker needs a sentence; select at least one.",
    ),
    "refused.merge_whom": (
        "请至少选择一位要合并的说话人。",
        "Choose at least one speaker to merge.",
    ),
    "refused.merge_same": (
        "说话人不能与自己合并。",
        "A speaker cannot be merged into the same speaker.",
    ),
    "refused.name_taken": (
        "已有名为“{name}”的说话人。请换一个名字，或合并两位说话人。",
        "There is already a speaker named “{name}”. Choose another name, or merge the two.",
    ),
    "refused.nothing_chosen": (
        "未选中任何句子，请至少选择一句。",
        "No sentence is selected; select at least one.",
    ),
    "refused.id_elsewhere": (
        "这个修改编号属于另一份文稿，请更换。",
        "This edit id belongs to another transcript; use a new one.",
    ),
    "refused.version_name": ("请填写版本名称。", "Enter a name for the version."),
    "refused.version_taken": (
        "已有名为“{name}”的版本，请换一个名称。",
        "There is already a version named “{name}”; choose another name.",
    ),
    "refused.glossary_word": (
        "词表中的词为 1–{limit} 个字。",
        "A glossary word has 1 to {limit} characters.",
    ),
    "refused.glossary_full": (
        "词表最多 {limit} 个词，请先删除一些。",
        "The glossary holds at most {limit} words. Delete some first.",
    ),
    "refused.known_name": ("请填写名字。", "Enter a name."),
    "refused.voice_needs_name": (
        "请先给这位说话人起名。",
        "Name the speaker first.",
    ),
    "refused.voice_needs_speech": (
        "请先核对这位说话人至少 {seconds} 秒的句子。",
        "Verify at least {seconds} s of this speaker first.",
    ),
    "refused.person_name": (
        "请先填写名字，最多 {limit} 个字。",
        "Enter a name of at most {limit} characters first.",
    ),
    "refused.author_too_long": (
        "名字最多 {limit} 个字，请缩短。",
        "A name may have at most {limit} characters; shorten it.",
    ),
    "refused.return_where": ("请选择要恢复到哪一次修改。", "Choose the edit to return to."),
    "refused.unknown_edit": (
        "服务器不支持页面发来的这种修改。请重新加载页面。",
        "The page sent an edit that the server does not support. Reload the page.",
    ),
    "refused.import_words_only": (
        "{format} 文件只有词语，没有句子或说话人，不能用来修改文稿。请作为另一份文稿导入。",
        "A {format} file contains words without sentences or speakers and cannot correct a "
        "transcript. Import it as another transcript.",
    ),
    "refused.import_name_too_long": (
        "名字最多 {limit} 个字，文件名最多 {file_limit} 个字。",
        "A person's name may have at most {limit} characters, a file name {file_limit}.",
    ),
    "refused.import_unknown": (
        "无法从文件名判断格式。文件名应以下列之一结尾：{formats}。",
        "The format cannot be determined from the file name. It should end in one of: {formats}.",
    ),
    "refused.import_damaged": ("无法读取文件：{why}", "The file cannot be read: {why}"),
    "refused.import_too_long": (
        "读取文件超过 {limit} 秒，已停止。请把文件分成几份。",
        "Reading the file took more than {limit} seconds and was stopped. Split the file into "
        "parts.",
    ),
    "refused.import_too_large": (
        "读取文件所需的内存超过 {limit} MB，已停止。请把文件分成几份。",
        "Reading the file took more than {limit} MB of memory and was stopped. Split the file "
        "into parts.",
    ),
    "refused.import_too_many": (
        "文件有 {count} 句，上限为 {limit} 句。请把文件分成几份。",
        "The file has {count} sentences; the limit is {limit}. Split it into parts.",
    ),
    "refused.import_sentence_too_long": (
        "文件中有一句长达 {count} 个字，每句最多 {limit} 个字。请分成几句。",
        "A sentence in the file has {count} characters; the limit is {limit}. Split it into "
        "shorter ones.",
    ),
    "refused.changed": (
        "其他人刚修改过这里，你的修改没有覆盖它。请查看当前内容，再决定是否重做。",
        "Someone else has changed this in the meantime. Check their version, then try again.",
    ),
    "refused.edited_meanwhile": (
        "其他人刚修改了文稿。请查看这些修改，再重新选择。",
        "Someone else has edited the transcript in the meantime. Check their changes, then choose "
        "again.",
    ),
    "refused.older_transcript": (
        "服务器上的文稿比你看到的更旧：已恢复备份。请重新加载页面。",
        "The transcript on the server is older than the one you see: a backup was restored. "
        "Reload the page.",
    ),
    "refused.sentence_gone": (
        "这一句已不存在：其他人合并或删除了它。",
        "The sentence no longer exists: someone has merged or deleted it.",
    ),
    "refused.sentences_gone": (
        "所选 {chosen} 句中有 {count} 句已不存在：其他人合并或删除了它们。请查看文稿后重试。",
        "{count} of the {chosen} selected sentences no longer exist: someone has merged or "
        "deleted them. Check the transcript, then try again.",
    ),
    "refused.speaker_gone": (
        "这位说话人已不存在：其他人把他合并到了另一位说话人。",
        "The speaker no longer exists: someone has merged it into another.",
    ),
}
