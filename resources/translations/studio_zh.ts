<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Open Image Studio</source>
        <translation>关于 Open Image Studio</translation>
    </message>
    <message>
        <source>Makes pictures from text and from other pictures, on your own machine. Apache License 2.0; the bundled model and the libraries have licences of their own.</source>
        <translation>在你自己的电脑上，用文字和图片生成图片。Apache 许可证 2.0；自带的模型和各个程序库另有各自的许可。</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Acceptance</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Place picture</source>
        <translation>置入图片</translation>
    </message>
    <message>
        <source>Add layer</source>
        <translation>添加图层</translation>
    </message>
</context>
<context>
    <name>ActionDialogs</name>
    <message>
        <source>All commands</source>
        <translation>所有命令</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Keyboard shortcuts…</source>
        <translation>键盘快捷键…</translation>
    </message>
    <message>
        <source>{0} is the shortcut of more than one command, so nothing was done; change one of them.</source>
        <translation>{0} 同时是几个命令的快捷键，因此没有执行；请更改其中之一。</translation>
    </message>
</context>
<context>
    <name>AdapterEditor</name>
    <message>
        <source>Choose a LoRA</source>
        <translation>选择 LoRA</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Choose a LoRA, or remove this entry.</source>
        <translation>请选择一个 LoRA，或移除此项。</translation>
    </message>
    <message>
        <source>This model does not support LoRA</source>
        <translation>此模型不支持 LoRA</translation>
    </message>
    <message>
        <source>No compatible LoRA</source>
        <translation>没有兼容的 LoRA</translation>
    </message>
    <message>
        <source>Add the trigger word “{0}” of this LoRA to the prompt</source>
        <translation>把此 LoRA 的触发词“{0}”加入提示词</translation>
    </message>
    <message>
        <source>Add “{0}” to the prompt</source>
        <translation>把“{0}”加入提示词</translation>
    </message>
</context>
<context>
    <name>AddOnChooser</name>
    <message>
        <source>This file is missing; put it back, or choose another one.</source>
        <translation>找不到这个文件；请把它放回原处，或另选一个。</translation>
    </message>
    <message>
        <source>It is made for {0}, and the model is {1}.</source>
        <translation>它适用于 {0}，而模型是 {1}。</translation>
    </message>
</context>
<context>
    <name>AppMenu</name>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开启</translation>
    </message>
    <message>
        <source>Reduced</source>
        <translation>减弱</translation>
    </message>
    <message>
        <source>Animations</source>
        <translation>动画效果</translation>
    </message>
    <message>
        <source>As the model&apos;s files</source>
        <translation>与模型文件一致</translation>
    </message>
    <message>
        <source>Half precision, where faster</source>
        <translation>半精度（更快时）</translation>
    </message>
    <message>
        <source>8 bits, to save memory</source>
        <translation>8 位（节省内存）</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
</context>
<context>
    <name>BlankCanvas</name>
    <message>
        <source>New blank canvas…</source>
        <translation>新建空白画布…</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>New blank canvas</source>
        <translation>新建空白画布</translation>
    </message>
</context>
<context>
    <name>BlankDialog</name>
    <message>
        <source>New blank canvas</source>
        <translation>新建空白画布</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>Background colour</source>
        <translation>背景颜色</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>BlendBoard</name>
    <message>
        <source>Blend board</source>
        <translation>混合板</translation>
    </message>
    <message>
        <source>Arrow keys move the handle: {0}</source>
        <translation>方向键移动圆点：{0}</translation>
    </message>
</context>
<context>
    <name>BlendDialog</name>
    <message>
        <source>Blend board</source>
        <translation>混合板</translation>
    </message>
    <message>
        <source>Previews</source>
        <translation>预览图</translation>
    </message>
    <message>
        <source>Drag the handle towards the picture you want more of; the weights follow.</source>
        <translation>把圆点拖向想要更多的那张图片，权重会随之改变。</translation>
    </message>
    <message>
        <source>Make a small preview for several positions on the board</source>
        <translation>为混合板上的几个位置各生成一张预览图</translation>
    </message>
</context>
<context>
    <name>BlendFeature</name>
    <message>
        <source>Blend board</source>
        <translation>混合板</translation>
    </message>
    <message>
        <source>Blend board: mix pictures by dragging between them</source>
        <translation>混合板：在图片之间拖动来混合</translation>
    </message>
    <message>
        <source>The blend board needs two to four pictures in the form, and there are {0}; add them first.</source>
        <translation>混合板需要表单中有两到四张图片，现在有 {0} 张；请先添加。</translation>
    </message>
</context>
<context>
    <name>BoxTool</name>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
</context>
<context>
    <name>BrushOptions</name>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>硬度</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
</context>
<context>
    <name>BrushTool</name>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Brush stroke</source>
        <translation>笔画</translation>
    </message>
</context>
<context>
    <name>CandidateBar</name>
    <message>
        <source>Accept</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>更多类似</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Closer</source>
        <translation>更接近</translation>
    </message>
    <message>
        <source>Further</source>
        <translation>更远离</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Apply it to the canvas</source>
        <translation>应用到画布</translation>
    </message>
    <message>
        <source>Remove it from the canvas; it stays in the library</source>
        <translation>从画布上移除；图库仍会保留</translation>
    </message>
    <message>
        <source>Make more, closer to the original</source>
        <translation>再生成一些，更接近原图</translation>
    </message>
    <message>
        <source>Make more, further from the original</source>
        <translation>再生成一些，离原图更远</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play the pictures as an animation, and export it</source>
        <translation>将图片作为动画播放，并可导出</translation>
    </message>
    <message>
        <source>Accept as new document</source>
        <translation>采用为新文档</translation>
    </message>
    <message>
        <source>As new document</source>
        <translation>作为新文档</translation>
    </message>
    <message>
        <source>Accept as layer</source>
        <translation>采用为图层</translation>
    </message>
    <message>
        <source>As layer</source>
        <translation>作为图层</translation>
    </message>
    <message>
        <source>Add it as a layer over the picture on the canvas; the arrow offers a new document instead</source>
        <translation>作为图层添加到画布的图片之上；点箭头可改为新文档</translation>
    </message>
    <message>
        <source>Open it beside the document on the canvas; the arrow offers a layer instead</source>
        <translation>另开一个文档，画布上的文档保留；点箭头可改为图层</translation>
    </message>
</context>
<context>
    <name>CandidateGrid</name>
    <message>
        <source>Picture {0} of {1}</source>
        <translation>第 {0} 张图片，共 {1} 张</translation>
    </message>
</context>
<context>
    <name>CanvasDrop</name>
    <message>
        <source>Open it on the canvas</source>
        <translation>在画布上打开</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Add a layer</source>
        <translation>添加图层</translation>
    </message>
    <message>
        <source>Edit this picture</source>
        <translation>编辑这张图片</translation>
    </message>
    <message>
        <source>Use as input of “{0}”</source>
        <translation>用作“{0}”的输入</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
</context>
<context>
    <name>CanvasFormSync</name>
    <message>
        <source>Extend the picture</source>
        <translation>扩展图片</translation>
    </message>
    <message>
        <source>Place picture</source>
        <translation>置入图片</translation>
    </message>
</context>
<context>
    <name>CanvasMaskField</name>
    <message>
        <source>Open a picture on the canvas first, then paint the mask with the brush.</source>
        <translation>请先在画布上打开一张图片，再用画笔绘制蒙版。</translation>
    </message>
    <message>
        <source>No mask yet</source>
        <translation>还没有蒙版</translation>
    </message>
    <message>
        <source>Paint over what should change, on the canvas.</source>
        <translation>请在画布上涂抹要改变的区域。</translation>
    </message>
    <message>
        <source>Mask on the canvas</source>
        <translation>画布上的蒙版</translation>
    </message>
</context>
<context>
    <name>CanvasOpener</name>
    <message>
        <source>Mask from a file</source>
        <translation>来自文件的蒙版</translation>
    </message>
    <message>
        <source>Place picture</source>
        <translation>置入图片</translation>
    </message>
    <message>
        <source>The mask is {0} and the picture on the canvas {1} pixels, so the mask was not used.</source>
        <translation>蒙版为 {0} 像素，而画布上的图片为 {1} 像素，因此没有使用该蒙版。</translation>
    </message>
</context>
<context>
    <name>CanvasView</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
</context>
<context>
    <name>ChoiceEditor</name>
    <message>
        <source>“{title}”: choose one.</source>
        <translation>“{title}”：请选择一项。</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>“{title}” does not offer “{value}” any more; choose another.</source>
        <translation>“{title}”中已没有“{value}”这一选项；请另选一项。</translation>
    </message>
</context>
<context>
    <name>ColorEditor</name>
    <message>
        <source>{title}: choose a colour</source>
        <translation>{title}：选择颜色</translation>
    </message>
    <message>
        <source>“{title}” must be a colour like #ff8800, not {value}.</source>
        <translation>“{title}”须为 #ff8800 这样的颜色，不能是 {value}。</translation>
    </message>
</context>
<context>
    <name>ColourPicker</name>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Colour in hex</source>
        <translation>十六进制颜色值</translation>
    </message>
    <message>
        <source>Colour {0}</source>
        <translation>颜色 {0}</translation>
    </message>
    <message>
        <source>Recent: {0}</source>
        <translation>最近用过：{0}</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>想做什么？</translation>
    </message>
    <message>
        <source>Search the commands</source>
        <translation>搜索命令</translation>
    </message>
    <message>
        <source>No command found.</source>
        <translation>没有找到命令。</translation>
    </message>
</context>
<context>
    <name>Comparing</name>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
</context>
<context>
    <name>ComponentRow</name>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>卸载</translation>
    </message>
    <message>
        <source>Keep {0}</source>
        <translation>保留 {0}</translation>
    </message>
    <message>
        <source>Unload {0}</source>
        <translation>卸载 {0}</translation>
    </message>
    <message>
        <source>in RAM</source>
        <translation>在内存中</translation>
    </message>
    <message>
        <source>in use by {0}</source>
        <translation>正由“{0}”使用</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>last used {0} ago</source>
        <translation>上次使用：{0} 前</translation>
    </message>
    <message>
        <source>loaded in {0}</source>
        <translation>加载用时 {0}</translation>
    </message>
    <message>
        <source>Unload it last when memory is needed</source>
        <translation>需要内存时最后才卸载它</translation>
    </message>
</context>
<context>
    <name>ControlEditor</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Choose a ControlNet</source>
        <translation>选择 ControlNet</translation>
    </message>
    <message>
        <source>ControlNet</source>
        <translation>ControlNet</translation>
    </message>
    <message>
        <source>Control picture</source>
        <translation>控制图</translation>
    </message>
    <message>
        <source>Control type</source>
        <translation>控制类型</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Shows</source>
        <translation>图片内容</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Lines and edges</source>
        <translation>线条与边缘</translation>
    </message>
    <message>
        <source>Scribbles and soft edges</source>
        <translation>涂鸦与柔和边缘</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>深度</translation>
    </message>
    <message>
        <source>A pose</source>
        <translation>姿势</translation>
    </message>
    <message>
        <source>Normals</source>
        <translation>法线</translation>
    </message>
    <message>
        <source>Segments</source>
        <translation>分割图</translation>
    </message>
    <message>
        <source>A tile</source>
        <translation>分块</translation>
    </message>
    <message>
        <source>A blurred picture</source>
        <translation>模糊图片</translation>
    </message>
    <message>
        <source>The part to paint</source>
        <translation>要绘制的部分</translation>
    </message>
    <message>
        <source>No preprocessing</source>
        <translation>不预处理</translation>
    </message>
    <message>
        <source>Choose a ControlNet, or remove this entry.</source>
        <translation>请选择一个 ControlNet，或移除此项。</translation>
    </message>
    <message>
        <source>“Picture” needs a picture: drop one there, or choose one.</source>
        <translation>“图片”需要一张图片：请拖放到那里，或选择一张。</translation>
    </message>
    <message>
        <source>This model does not support ControlNet</source>
        <translation>此模型不支持 ControlNet</translation>
    </message>
    <message>
        <source>No compatible ControlNet</source>
        <translation>没有兼容的 ControlNet</translation>
    </message>
</context>
<context>
    <name>CropOptions</name>
    <message>
        <source>Aspect ratio</source>
        <translation>长宽比</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原始比例</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>Crop (Enter)</source>
        <translation>裁剪（Enter）</translation>
    </message>
</context>
<context>
    <name>DockArea</name>
    <message>
        <source>Panels</source>
        <translation>面板</translation>
    </message>
</context>
<context>
    <name>Document</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
</context>
<context>
    <name>DocumentFiles</name>
    <message>
        <source>picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Save picture as</source>
        <translation>图片另存为</translation>
    </message>
    <message>
        <source>PNG, without recipe (*.png)</source>
        <translation>PNG，不含生成参数 (*.png)</translation>
    </message>
    <message>
        <source>PNG, with recipe (*.png)</source>
        <translation>PNG，含生成参数 (*.png)</translation>
    </message>
    <message>
        <source>JPEG, with recipe (*.jpg *.jpeg)</source>
        <translation>JPEG，含生成参数 (*.jpg *.jpeg)</translation>
    </message>
    <message>
        <source>WebP, with recipe (*.webp)</source>
        <translation>WebP，含生成参数 (*.webp)</translation>
    </message>
    <message>
        <source>JPEG, without recipe (*.jpg *.jpeg)</source>
        <translation>JPEG，不含生成参数 (*.jpg *.jpeg)</translation>
    </message>
    <message>
        <source>WebP, without recipe (*.webp)</source>
        <translation>WebP，不含生成参数 (*.webp)</translation>
    </message>
    <message>
        <source>OpenRaster, with layers (*.ora)</source>
        <translation>OpenRaster，含图层 (*.ora)</translation>
    </message>
    <message>
        <source>Photoshop, with layers (*.psd)</source>
        <translation>Photoshop，含图层 (*.psd)</translation>
    </message>
    <message>
        <source>Studio project (*.studio)</source>
        <translation>项目文件 (*.studio)</translation>
    </message>
    <message>
        <source>Open document</source>
        <translation>打开文档</translation>
    </message>
    <message>
        <source>Documents (*.studio *.ora *.psd)</source>
        <translation>文档 (*.studio *.ora *.psd)</translation>
    </message>
</context>
<context>
    <name>DocumentStatus</name>
    <message>
        <source>The studio is already open in another window, whose canvas and queue are kept for the next start. Pictures made here go to the library as usual; to keep this canvas, save it as a project.</source>
        <translation>本程序已在另一个窗口中打开，下次启动时恢复的是那个窗口的画布和队列。这里生成的图片照常存入图库；要保留这里的画布，请存为项目。</translation>
    </message>
</context>
<context>
    <name>DocumentTabs</name>
    <message>
        <source>Documents</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Next document</source>
        <translation>下一个文档</translation>
    </message>
    <message>
        <source>Previous document</source>
        <translation>上一个文档</translation>
    </message>
    <message>
        <source>Close document</source>
        <translation>关闭文档</translation>
    </message>
    <message>
        <source>Rename document…</source>
        <translation>重命名文档…</translation>
    </message>
    <message>
        <source>Close “{0}”</source>
        <translation>关闭“{0}”</translation>
    </message>
    <message>
        <source>Rename document</source>
        <translation>重命名文档</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
</context>
<context>
    <name>Documents</name>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>Untitled {0}</source>
        <translation>未命名 {0}</translation>
    </message>
</context>
<context>
    <name>DownloadRow</name>
    <message>
        <source>Progress of {0}</source>
        <translation>{0} 的进度</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Licence: {0}.</source>
        <translation>许可：{0}。</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>DownloadsPage</name>
    <message>
        <source>Downloads appear here. If you close the studio, they resume at the next start.</source>
        <translation>下载会显示在这里。关闭程序后，下次启动时会继续。</translation>
    </message>
    <message>
        <source>Clear finished</source>
        <translation>清除已完成的</translation>
    </message>
</context>
<context>
    <name>DropHint</name>
    <message>
        <source>Add it as a layer</source>
        <translation>添加为图层</translation>
    </message>
    <message>
        <source>Without Shift: {0}</source>
        <translation>不按 Shift：{0}</translation>
    </message>
    <message>
        <source>With Shift: {0}</source>
        <translation>按住 Shift：{0}</translation>
    </message>
</context>
<context>
    <name>EarlierDocuments</name>
    <message>
        <source>The picture that was on the canvas, with {0} layers, is kept: Ctrl+K finds it as “Back to …”.</source>
        <translation>画布上原来的图片（{0} 个图层）已保留：按 Ctrl+K 搜索“回到”即可找到。</translation>
    </message>
    <message>
        <source>The marked picture that was on the canvas is kept: Ctrl+K finds it as “Back to …”.</source>
        <translation>画布上原来带标记的图片已保留：按 Ctrl+K 搜索“回到”即可找到。</translation>
    </message>
    <message>
        <source>Back to it</source>
        <translation>回到该图片</translation>
    </message>
    <message>
        <source>Back to the picture of {0}, {1}</source>
        <translation>回到 {0} {1} 的图片</translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message>
        <source>“{title}” is still empty; fill it in.</source>
        <translation>“{title}”还是空的；请填写。</translation>
    </message>
</context>
<context>
    <name>EllipseTool</name>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
</context>
<context>
    <name>EngineStatus</name>
    <message>
        <source>Start the engine</source>
        <translation>启动引擎</translation>
    </message>
    <message>
        <source>Restart the engine</source>
        <translation>重启引擎</translation>
    </message>
    <message>
        <source>The plugin {0} is not used: {1}</source>
        <translation>未使用插件 {0}：{1}</translation>
    </message>
    <message>
        <source>The model {0} cannot be used: {1}</source>
        <translation>模型 {0} 无法使用：{1}</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>Save again</source>
        <translation>重新保存</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>重新运行</translation>
    </message>
    <message>
        <source>One job was still waiting when the studio was closed; the queue is paused.</source>
        <translation>上次关闭程序时还有 1 个任务在等待；队列已暂停。</translation>
    </message>
    <message>
        <source>{0} jobs were still waiting when the studio was closed; the queue is paused.</source>
        <translation>上次关闭程序时还有 {0} 个任务在等待；队列已暂停。</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Discard them</source>
        <translation>放弃这些任务</translation>
    </message>
    <message>
        <source>The engine has not responded for {0} seconds. Wait, or restart it: the queue is kept, the running job is lost.</source>
        <translation>引擎已 {0} 秒没有响应。可以继续等待，也可以重启：队列会保留，正在运行的任务会丢失。</translation>
    </message>
</context>
<context>
    <name>Engines</name>
    <message>
        <source>Engines…</source>
        <translation>引擎…</translation>
    </message>
</context>
<context>
    <name>EnginesDialog</name>
    <message>
        <source>Engines</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>From the file that `studio serve` names there</source>
        <translation>见那台机器上 `studio serve` 所指的文件</translation>
    </message>
    <message>
        <source>PEM file of your own certificate authority (optional)</source>
        <translation>自建证书颁发机构的 PEM 文件（可选）</translation>
    </message>
    <message>
        <source>Connect without encryption (private network only)</source>
        <translation>不加密连接（仅限私有网络）</translation>
    </message>
    <message>
        <source>Its own engine, or that of a server running here</source>
        <translation>本机自己的引擎，或正在本机运行的服务器的引擎</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>This system has no keyring, so the token is stored in {0}, readable by you only.</source>
        <translation>此系统没有密钥环，因此令牌保存在 {0} 中，只有你能读取。</translation>
    </message>
    <message>
        <source>The token is stored in the system keyring.</source>
        <translation>令牌保存在系统密钥环中。</translation>
    </message>
    <message>
        <source>The connection is not encrypted.</source>
        <translation>连接未加密。</translation>
    </message>
    <message>
        <source>Connected: {0}, {1} models.</source>
        <translation>已连接：{0}，{1} 个模型。</translation>
    </message>
    <message>
        <source>It will be used once the running jobs have finished.</source>
        <translation>正在运行的任务完成后将使用它。</translation>
    </message>
    <message>
        <source>Certificates</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>On another computer</source>
        <translation>在另一台计算机上</translation>
    </message>
</context>
<context>
    <name>ExampleStrip</name>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Close the examples</source>
        <translation>关闭示例</translation>
    </message>
    <message>
        <source>What “{title}” does to this picture</source>
        <translation>“{title}”对这张图片的效果</translation>
    </message>
    <message>
        <source>near</source>
        <translation>近</translation>
    </message>
    <message>
        <source>middle</source>
        <translation>中</translation>
    </message>
    <message>
        <source>far</source>
        <translation>远</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Make examples</source>
        <translation>生成示例</translation>
    </message>
    <message>
        <source>Do not make the remaining examples</source>
        <translation>不再生成其余的示例</translation>
    </message>
    <message>
        <source>Make a picture for each value, from the same seed</source>
        <translation>用同一种子为每个数值各生成一张图片</translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message>
        <source>Saved as {0}.</source>
        <translation>已保存为 {0}。</translation>
    </message>
    <message>
        <source>Open the pictures folder</source>
        <translation>打开图片文件夹</translation>
    </message>
    <message>
        <source>Copied to the clipboard.</source>
        <translation>已复制到剪贴板。</translation>
    </message>
</context>
<context>
    <name>FamilyButton</name>
    <message>
        <source>Use it as…</source>
        <translation>用作…</translation>
    </message>
    <message>
        <source>The file does not tell which kind of model it is. Your choice is remembered; the file is not changed.</source>
        <translation>无法从文件判断这是哪种模型。你的选择会被记住；文件不会改动。</translation>
    </message>
    <message>
        <source>Detect from the file</source>
        <translation>由文件判断</translation>
    </message>
</context>
<context>
    <name>FieldFrame</name>
    <message>
        <source>{title}: remove</source>
        <translation>{title}：移除</translation>
    </message>
</context>
<context>
    <name>Filmstrip</name>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Search prompts</source>
        <translation>搜索提示词</translation>
    </message>
    <message>
        <source>Search the finished pictures</source>
        <translation>搜索已完成的图片</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete {0} pictures</source>
        <translation>删除 {0} 张图片</translation>
    </message>
    <message>
        <source>nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>暂无</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>More settings</source>
        <translation>更多设置</translation>
    </message>
    <message>
        <source>More settings · {count} changed</source>
        <translation>更多设置 · 已改动 {count} 项</translation>
    </message>
</context>
<context>
    <name>FormController</name>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Show the setting</source>
        <translation>显示该设置</translation>
    </message>
</context>
<context>
    <name>FormUndo</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>FrameStrip</name>
    <message>
        <source>Step {step} of {count}</source>
        <translation>第 {step} 步，共 {count} 步</translation>
    </message>
    <message>
        <source>Step {step}
of {count}</source>
        <translation>第 {step} 步
共 {count} 步</translation>
    </message>
</context>
<context>
    <name>HelpDialog</name>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
</context>
<context>
    <name>HelpFeature</name>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>About Open Image Studio</source>
        <translation>关于 Open Image Studio</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Home folder</source>
        <translation>主文件夹</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>No history yet.</source>
        <translation>还没有历史记录。</translation>
    </message>
    <message>
        <source>Original state</source>
        <translation>最初状态</translation>
    </message>
</context>
<context>
    <name>HueBar</name>
    <message>
        <source>Hue</source>
        <translation>色相</translation>
    </message>
</context>
<context>
    <name>ImageField</name>
    <message>
        <source>Choose a file (Enter)</source>
        <translation>选择文件（回车）</translation>
    </message>
    <message>
        <source>Choose from the library</source>
        <translation>从图库中选择</translation>
    </message>
    <message>
        <source>Use the current picture</source>
        <translation>使用当前图片</translation>
    </message>
    <message>
        <source>Paste from the clipboard (Ctrl+V)</source>
        <translation>从剪贴板粘贴（Ctrl+V）</translation>
    </message>
    <message>
        <source>Remove the picture (Delete)</source>
        <translation>移除图片（Delete）</translation>
    </message>
    <message>
        <source>The picture for “{title}” is still being opened; wait a moment.</source>
        <translation>“{title}”的图片仍在打开；请稍候。</translation>
    </message>
    <message>
        <source>“{title}” needs a picture: drop one there, or choose one.</source>
        <translation>“{title}”需要一张图片：请拖放到那里，或选择一张。</translation>
    </message>
    <message>
        <source>The picture for “{title}” has been deleted; choose another.</source>
        <translation>“{title}”的图片已被删除；请另选一张。</translation>
    </message>
    <message>
        <source>Only pictures on this computer can be used; save it as a file first.</source>
        <translation>只能使用本机上的图片；请先将它保存为文件。</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.webp *.avif)</source>
        <translation>图片 (*.png *.jpg *.jpeg *.webp *.avif)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>Drop a picture here</source>
        <translation>将图片拖放到这里</translation>
    </message>
    <message>
        <source>or paste, or choose one:</source>
        <translation>或者粘贴，或者选择：</translation>
    </message>
    <message>
        <source>From the library</source>
        <translation>从图库</translation>
    </message>
    <message>
        <source>cannot be opened</source>
        <translation>无法打开</translation>
    </message>
    <message>
        <source>{count} files were dropped, and there is room for one; drop a single file.</source>
        <translation>拖入了 {count} 个文件，但这里只能放一个；请只拖入一个文件。</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard; copy a picture or a picture file first.</source>
        <translation>剪贴板里没有图片；请先复制一张图片或一个图片文件。</translation>
    </message>
    <message>
        <source>Pictures and saved embeddings (*.png *.jpg *.jpeg *.webp *.avif *.safetensors)</source>
        <translation>图片与已保存的嵌入 (*.png *.jpg *.jpeg *.webp *.avif *.safetensors)</translation>
    </message>
    <message>
        <source>Saved embeddings (*.safetensors)</source>
        <translation>已保存的嵌入 (*.safetensors)</translation>
    </message>
    <message>
        <source>There is no picture on the canvas yet; make or open one first.</source>
        <translation>画布上还没有图片；请先生成或打开一张。</translation>
    </message>
    <message>
        <source>a saved embedding</source>
        <translation>已保存的嵌入</translation>
    </message>
</context>
<context>
    <name>Importer</name>
    <message>
        <source>Show the copied picture</source>
        <translation>显示复制的图片</translation>
    </message>
    <message>
        <source>Pictures are not fetched from web addresses; save the picture as a file, or copy it.</source>
        <translation>不会从网址下载图片；请将图片另存为文件，或直接复制图片。</translation>
    </message>
    <message>
        <source>There is no picture in what was pasted or dropped; copy or drop a picture or a picture file.</source>
        <translation>粘贴或拖入的内容中没有图片；请复制或拖入一张图片或图片文件。</translation>
    </message>
    <message>
        <source>Opened the first picture of {0} files: “{1}”. Open the others one by one, or add them as layers.</source>
        <translation>已打开 {0} 个文件中的第一张图片：“{1}”。其余请逐个打开，或添加为图层。</translation>
    </message>
    <message>
        <source>Open document…</source>
        <translation>打开文档…</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Inspector</source>
        <translation>生成过程</translation>
    </message>
    <message>
        <source>The steps inside a job appear here while it runs, if its task shows them.</source>
        <translation>任务运行时，其内部步骤会显示在这里（若该功能支持）。</translation>
    </message>
</context>
<context>
    <name>InstalledPage</name>
    <message>
        <source>Search by name, kind or licence</source>
        <translation>按名称、种类或许可搜索</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Add a file…</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Installed models</source>
        <translation>已安装的模型</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Choose a model to see where it is stored.</source>
        <translation>选择一个模型，查看它的位置。</translation>
    </message>
    <message>
        <source>Stored in {0}.</source>
        <translation>位置：{0}。</translation>
    </message>
    <message>
        <source>“{0}” will be removed from the list. Its files stay on the disk.</source>
        <translation>“{0}”将从列表中移除；它的文件会保留在磁盘上。</translation>
    </message>
    <message>
        <source>“{0}” will be deleted, which frees {1}. Other programs that use the hub&apos;s cache lose it too.</source>
        <translation>将删除“{0}”，释放 {1}。使用同一 hub 缓存的其他程序也会失去它。</translation>
    </message>
    <message>
        <source>“{0}” will be deleted, which frees {1}.</source>
        <translation>将删除“{0}”，释放 {1}。</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Get missing files…</source>
        <translation>获取缺少的文件…</translation>
    </message>
    <message>
        <source>On the engine&apos;s computer.</source>
        <translation>在引擎所在的计算机上。</translation>
    </message>
</context>
<context>
    <name>JobActions</name>
    <message>
        <source>Undo: {0}</source>
        <translation>撤销：{0}</translation>
    </message>
    <message>
        <source>Redo: {0}</source>
        <translation>重做：{0}</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Cancel the running job</source>
        <translation>取消正在运行的任务</translation>
    </message>
    <message>
        <source>Cancel this job</source>
        <translation>取消此任务</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Start now, or add to the queue</source>
        <translation>立即开始，或加入队列</translation>
    </message>
</context>
<context>
    <name>JobRow</name>
    <message>
        <source>Progress of {0}</source>
        <translation>{0} 的进度</translation>
    </message>
    <message>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>done in {0}</source>
        <translation>完成，用时 {0}</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Save again</source>
        <translation>重新保存</translation>
    </message>
    <message>
        <source>Save elsewhere…</source>
        <translation>另存到别处…</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>提前</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>推后</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>重新运行</translation>
    </message>
    <message>
        <source>Run next</source>
        <translation>下一个运行</translation>
    </message>
</context>
<context>
    <name>KeepLayout</name>
    <message>
        <source>Keep this layout: new pictures follow the lines of the one that is shown</source>
        <translation>保留此构图：新图片跟随所显示图片的线条</translation>
    </message>
    <message>
        <source>Keep this layout</source>
        <translation>保留此构图</translation>
    </message>
    <message>
        <source>The model {0} does not support ControlNet, so the layout cannot be kept; choose another model.</source>
        <translation>模型 {0} 不支持 ControlNet，因此无法保留构图；请选择另一个模型。</translation>
    </message>
    <message>
        <source>No compatible ControlNet for edges or lines is installed, so the layout cannot be kept; add one, such as control_v11p_sd15_canny or the union one for Stable Diffusion XL.</source>
        <translation>没有安装兼容的边缘或线条 ControlNet，因此无法保留构图；请添加一个，例如 control_v11p_sd15_canny，或 Stable Diffusion XL 的 union 版。</translation>
    </message>
</context>
<context>
    <name>LassoTool</name>
    <message>
        <source>Lasso</source>
        <translation>套索</translation>
    </message>
</context>
<context>
    <name>LayerActs</name>
    <message>
        <source>{0} copy</source>
        <translation>{0} 副本</translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation>复制图层</translation>
    </message>
    <message>
        <source>Rotate layer</source>
        <translation>旋转图层</translation>
    </message>
    <message>
        <source>Flip layer</source>
        <translation>翻转图层</translation>
    </message>
    <message>
        <source>Reset transform</source>
        <translation>重置变换</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>向下合并</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>Flatten</source>
        <translation>拼合图层</translation>
    </message>
    <message>
        <source>Add layer mask</source>
        <translation>添加图层蒙版</translation>
    </message>
    <message>
        <source>Remove layer mask</source>
        <translation>移除图层蒙版</translation>
    </message>
    <message>
        <source>Select from layer mask</source>
        <translation>从图层蒙版载入选区</translation>
    </message>
</context>
<context>
    <name>LayerMaskBar</name>
    <message>
        <source>Layer mask</source>
        <translation>图层蒙版</translation>
    </message>
    <message>
        <source>Brush shows, eraser hides</source>
        <translation>画笔显示，橡皮擦隐藏</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Layer mask: {0}</source>
        <translation>图层蒙版：{0}</translation>
    </message>
</context>
<context>
    <name>LayerMaskPainting</name>
    <message>
        <source>Paint layer mask</source>
        <translation>绘制图层蒙版</translation>
    </message>
    <message>
        <source>Show and hide parts of the layer with brush, eraser and selections</source>
        <translation>用画笔、橡皮擦和选区显示或隐藏图层的一部分</translation>
    </message>
</context>
<context>
    <name>LayerOptions</name>
    <message>
        <source>Blend mode</source>
        <translation>混合模式</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>X</source>
        <translation>X</translation>
    </message>
    <message>
        <source>Y</source>
        <translation>Y</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>角度</translation>
    </message>
    <message>
        <source>W</source>
        <translation>宽</translation>
    </message>
    <message>
        <source>H</source>
        <translation>高</translation>
    </message>
    <message>
        <source>∠</source>
        <translation>∠</translation>
    </message>
    <message>
        <source>Layer opacity</source>
        <translation>图层不透明度</translation>
    </message>
    <message>
        <source>Transform layer</source>
        <translation>变换图层</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Multiply</source>
        <translation>正片叠底</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>滤色</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>叠加</translation>
    </message>
    <message>
        <source>Darken</source>
        <translation>变暗</translation>
    </message>
    <message>
        <source>Lighten</source>
        <translation>变亮</translation>
    </message>
    <message>
        <source>Color dodge</source>
        <translation>颜色减淡</translation>
    </message>
    <message>
        <source>Color burn</source>
        <translation>颜色加深</translation>
    </message>
    <message>
        <source>Hard light</source>
        <translation>强光</translation>
    </message>
    <message>
        <source>Soft light</source>
        <translation>柔光</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>色相</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>饱和度</translation>
    </message>
    <message>
        <source>Color</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Luminosity</source>
        <translation>明度</translation>
    </message>
</context>
<context>
    <name>LayerPanel</name>
    <message>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>A picture that you accept becomes a layer; edits of it lie above it.</source>
        <translation>采用的图片会成为图层；对它的编辑位于其上方。</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Show or hide layer</source>
        <translation>显示或隐藏图层</translation>
    </message>
    <message>
        <source>Rename layer</source>
        <translation>重命名图层</translation>
    </message>
    <message>
        <source>Move layer</source>
        <translation>移动图层</translation>
    </message>
    <message>
        <source>More layer actions</source>
        <translation>更多图层操作</translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation>复制图层</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>向下合并</translation>
    </message>
    <message>
        <source>Flatten picture</source>
        <translation>拼合图像</translation>
    </message>
    <message>
        <source>Flip horizontally</source>
        <translation>水平翻转</translation>
    </message>
    <message>
        <source>Flip vertically</source>
        <translation>垂直翻转</translation>
    </message>
    <message>
        <source>Rotate 90° left</source>
        <translation>逆时针旋转 90°</translation>
    </message>
    <message>
        <source>Rotate 90° right</source>
        <translation>顺时针旋转 90°</translation>
    </message>
    <message>
        <source>Reset transform</source>
        <translation>重置变换</translation>
    </message>
    <message>
        <source>Add layer mask from selection</source>
        <translation>用选区添加图层蒙版</translation>
    </message>
    <message>
        <source>Select from layer mask</source>
        <translation>从图层蒙版载入选区</translation>
    </message>
    <message>
        <source>Remove layer mask</source>
        <translation>移除图层蒙版</translation>
    </message>
    <message>
        <source>Delete layer</source>
        <translation>删除图层</translation>
    </message>
</context>
<context>
    <name>LibraryController</name>
    <message>
        <source>Choose a picture in the strip below: click it, or use the arrow keys and Enter.</source>
        <translation>请在下方图片栏中选择一张：单击，或用方向键和回车键。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ListEditor</name>
    <message>
        <source>Add, or drop pictures here</source>
        <translation>添加，或将图片拖放到这里</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>{title}: add an entry</source>
        <translation>{title}：添加一项</translation>
    </message>
    <message>
        <source>“{title}” has {count} entries, and at least {least} are needed.</source>
        <translation>“{title}”有 {count} 项，至少需要 {least} 项。</translation>
    </message>
    <message>
        <source>“{title}” has {count} entries, and at most {most} are allowed.</source>
        <translation>“{title}”有 {count} 项，最多允许 {most} 项。</translation>
    </message>
    <message>
        <source>There is room for {room} more in “{title}”; {left} were left out.</source>
        <translation>“{title}”还能放 {room} 项；有 {left} 项未被加入。</translation>
    </message>
    <message>
        <source>Move entry {n} up</source>
        <translation>上移第 {n} 项</translation>
    </message>
    <message>
        <source>Move entry {n} down</source>
        <translation>下移第 {n} 项</translation>
    </message>
    <message>
        <source>Remove entry {n}</source>
        <translation>移除第 {n} 项</translation>
    </message>
</context>
<context>
    <name>ListEntry</name>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Remove this entry</source>
        <translation>移除此项</translation>
    </message>
</context>
<context>
    <name>LiveBar</name>
    <message>
        <source>Live preview</source>
        <translation>实时预览</translation>
    </message>
</context>
<context>
    <name>LiveFeature</name>
    <message>
        <source>The queue is paused.</source>
        <translation>队列已暂停。</translation>
    </message>
    <message>
        <source>Waiting for the jobs in the queue.</source>
        <translation>正在等待队列中的任务。</translation>
    </message>
    <message>
        <source>Accept or discard the result on the canvas first.</source>
        <translation>请先采用或丢弃画布上的结果。</translation>
    </message>
    <message>
        <source>This needs more memory than there is.</source>
        <translation>这需要的内存超过现有内存。</translation>
    </message>
    <message>
        <source>A picture takes about {0} here, too long to draw live; choose a smaller size, fewer steps or a quicker model.</source>
        <translation>在本机上一张图片约需 {0}，无法实时生成；请选择更小的尺寸、更少的步数或更快的模型。</translation>
    </message>
    <message>
        <source>Drawing…</source>
        <translation>正在生成…</translation>
    </message>
    <message>
        <source>Drawn in {0}</source>
        <translation>已生成，用时 {0}</translation>
    </message>
</context>
<context>
    <name>LivePanel</name>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Draw while I type or paint</source>
        <translation>边输入或绘画边生成</translation>
    </message>
    <message>
        <source>Live picture</source>
        <translation>实时图片</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Make this picture again at once and keep it in the library</source>
        <translation>立即重新生成这张图片并存入图库</translation>
    </message>
    <message>
        <source>Another seed</source>
        <translation>换一个种子</translation>
    </message>
    <message>
        <source>Draw the same from another random seed</source>
        <translation>用另一个随机种子生成</translation>
    </message>
    <message>
        <source>Show the live picture on the canvas</source>
        <translation>在画布上显示实时图片</translation>
    </message>
    <message>
        <source>The live picture lies over the canvas and is no part of it</source>
        <translation>实时图片只是盖在画布上，不属于文档</translation>
    </message>
    <message>
        <source>Hide on the canvas</source>
        <translation>在画布上隐藏</translation>
    </message>
    <message>
        <source>Show on the canvas</source>
        <translation>在画布上显示</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Search the pictures</source>
        <translation>搜索图片</translation>
    </message>
    <message>
        <source>Go to the next panel</source>
        <translation>转到下一个面板</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>The saved panel layout could not be restored, so the default layout is used.</source>
        <translation>无法恢复保存的面板布局，因此使用默认布局。</translation>
    </message>
    <message>
        <source>Go to the picture strip</source>
        <translation>转到图片栏</translation>
    </message>
    <message>
        <source>The settings could not be read, so the defaults are used; the old file is kept as {0}.</source>
        <translation>无法读取设置，因此使用默认设置；原文件保留为 {0}。</translation>
    </message>
    <message>
        <source>Something went wrong in the window: {0}. Your pictures are safe and you can go on; please report it.</source>
        <translation>窗口出错：{0}。图片是安全的，可以继续使用；请报告此问题。</translation>
    </message>
</context>
<context>
    <name>MaskField</name>
    <message>
        <source>Paint the mask over the picture (Space)</source>
        <translation>在图片上绘制蒙版（空格）</translation>
    </message>
    <message>
        <source>Choose the picture first; the mask is painted over it.</source>
        <translation>请先选择图片；蒙版绘制在图片上。</translation>
    </message>
    <message>
        <source>Painted mask</source>
        <translation>手绘蒙版</translation>
    </message>
    <message>
        <source>The mask is {mask} and the picture {picture} pixels; paint a new mask, or choose another.</source>
        <translation>蒙版为 {mask} 像素，图片为 {picture} 像素；请重新绘制蒙版，或另选一个。</translation>
    </message>
    <message>
        <source>The mask was not applied; open it again to continue.</source>
        <translation>蒙版没有应用；再次打开即可继续。</translation>
    </message>
    <message>
        <source>No mask yet</source>
        <translation>还没有蒙版</translation>
    </message>
    <message>
        <source>Paint over what should change, or drop a mask.</source>
        <translation>请涂抹要改变的区域，或拖入一个蒙版。</translation>
    </message>
</context>
<context>
    <name>MaskPainter</name>
    <message>
        <source>Paint the mask</source>
        <translation>绘制蒙版</translation>
    </message>
    <message>
        <source>Mask over the picture</source>
        <translation>图片上的蒙版</translation>
    </message>
    <message>
        <source>Arrow keys move the brush, with Space held down they paint; [ and ] change its size.</source>
        <translation>方向键移动画笔，按住空格键时涂抹；[ 和 ] 调整大小。</translation>
    </message>
    <message>
        <source>Undo (Ctrl+Z)</source>
        <translation>撤销（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Redo (Ctrl+Shift+Z)</source>
        <translation>重做（Ctrl+Shift+Z）</translation>
    </message>
    <message>
        <source>Use this mask</source>
        <translation>使用此蒙版</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>No mask yet: paint over what should change.</source>
        <translation>还没有蒙版：请涂抹要改变的区域。</translation>
    </message>
    <message>
        <source>[ ] size, { } hardness, Space pans, the wheel zooms · the tinted area changes</source>
        <translation>[ ] 大小，{ } 硬度，空格键平移，滚轮缩放 · 着色区域会改变</translation>
    </message>
</context>
<context>
    <name>MaskToolbar</name>
    <message>
        <source>Mask</source>
        <translation>蒙版</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>硬度</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>羽化</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>橡皮擦</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>套索</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反相</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Brush: smaller</source>
        <translation>画笔：缩小</translation>
    </message>
    <message>
        <source>Brush: larger</source>
        <translation>画笔：放大</translation>
    </message>
    <message>
        <source>Brush: softer</source>
        <translation>画笔：变软</translation>
    </message>
    <message>
        <source>Brush: harder</source>
        <translation>画笔：变硬</translation>
    </message>
    <message>
        <source>Size, hardness, feather</source>
        <translation>大小、硬度、羽化</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>Colour brush</source>
        <translation>颜色画笔</translation>
    </message>
    <message>
        <source>Colour eraser</source>
        <translation>颜色橡皮擦</translation>
    </message>
    <message>
        <source>Pipette: take a colour from the picture (Alt+click with the brush)</source>
        <translation>吸管：从图片上取色（用画笔时按 Alt 点击）</translation>
    </message>
    <message>
        <source>Add to the selection (Shift)</source>
        <translation>添加到选区（Shift）</translation>
    </message>
    <message>
        <source>Subtract from the selection (Alt)</source>
        <translation>从选区减去（Alt）</translation>
    </message>
    <message>
        <source>Intersect with the selection (Shift+Alt)</source>
        <translation>与选区交叉（Shift+Alt）</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>Smart select: click an object, or draw a box around it</source>
        <translation>智能选择：点击物体，或在其周围画框</translation>
    </message>
    <message>
        <source>Extend the picture: drag the handles of the frame</source>
        <translation>扩展图片：拖动边框的手柄</translation>
    </message>
</context>
<context>
    <name>Masking</name>
    <message>
        <source>Extend the picture</source>
        <translation>扩展图片</translation>
    </message>
</context>
<context>
    <name>MemoryPanel</name>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Unload all models</source>
        <translation>卸载所有模型</translation>
    </message>
    <message>
        <source>No model is loaded.</source>
        <translation>没有加载任何模型。</translation>
    </message>
    <message>
        <source>{0} of {1} on {2}</source>
        <translation>{2}：{1} 中的 {0}</translation>
    </message>
    <message>
        <source>The first job loads its models; they stay loaded while there is room.</source>
        <translation>模型由第一个任务加载；只要有空间就一直保留。</translation>
    </message>
    <message>
        <source>{0} kept in RAM</source>
        <translation>{0} 保留在内存中</translation>
    </message>
    <message>
        <source>{0} unavailable until the engine restarts</source>
        <translation>{0} 在引擎重启之前无法使用</translation>
    </message>
</context>
<context>
    <name>ModelConversion</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Converting {0} to .safetensors; the original is not changed…</source>
        <translation>正在将 {0} 转换为 .safetensors；原文件不变…</translation>
    </message>
    <message>
        <source>{0} was made from {1}; the original is not changed.</source>
        <translation>已由 {1} 生成 {0}；原文件不变。</translation>
    </message>
</context>
<context>
    <name>ModelEditor</name>
    <message>
        <source>Get other models…</source>
        <translation>获取其他模型…</translation>
    </message>
    <message>
        <source>nothing that is known here</source>
        <translation>这里没有已知的用途</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>It does not support {capability}; it supports {able}.</source>
        <translation>它不支持{capability}；支持：{able}。</translation>
    </message>
    <message>
        <source>Still looking for models.</source>
        <translation>仍在查找模型。</translation>
    </message>
    <message>
        <source>A model that is not in the list, by its path.</source>
        <translation>不在列表中的模型，以路径指定。</translation>
    </message>
    <message>
        <source>No installed model can do this; get one that can (+), or add yours in the settings.</source>
        <translation>已安装的模型都不支持此功能；点 + 获取一个，或在设置中添加自己的模型。</translation>
    </message>
    <message>
        <source>This model is not installed; choose another, or add it.</source>
        <translation>此模型未安装；请另选一个，或先添加它。</translation>
    </message>
</context>
<context>
    <name>ModelImport</name>
    <message>
        <source>Add a folder of models…</source>
        <translation>添加模型文件夹…</translation>
    </message>
    <message>
        <source>Add a model file…</source>
        <translation>添加模型文件…</translation>
    </message>
    <message>
        <source>Looking for models in {0}…</source>
        <translation>正在 {0} 中查找模型…</translation>
    </message>
    <message>
        <source>Added: {0}. Nothing was copied; the files stay in {1}.</source>
        <translation>已添加：{0}。没有复制任何内容，文件保留在 {1}。</translation>
    </message>
    <message>
        <source>Not added: {0}</source>
        <translation>未添加：{0}</translation>
    </message>
    <message>
        <source>Models (*.safetensors *.sft *.gguf *.ckpt *.pt *.pth *.bin)</source>
        <translation>模型 (*.safetensors *.sft *.gguf *.ckpt *.pt *.pth *.bin)</translation>
    </message>
    <message>
        <source>Show why</source>
        <translation>查看原因</translation>
    </message>
    <message>
        <source>Scan for models again</source>
        <translation>重新扫描模型</translation>
    </message>
    <message>
        <source>Choose the folder of a model, or of several models</source>
        <translation>选择一个模型的文件夹，或含多个模型的文件夹</translation>
    </message>
    <message>
        <source>Choose a model file</source>
        <translation>选择模型文件</translation>
    </message>
    <message>
        <source>{0} others cannot be used on their own.</source>
        <translation>另有 {0} 个不能单独使用。</translation>
    </message>
</context>
<context>
    <name>ModelMenu</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Model: {0}</source>
        <translation>模型：{0}</translation>
    </message>
    <message>
        <source>Get other models…</source>
        <translation>获取其他模型…</translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>可下载</translation>
    </message>
</context>
<context>
    <name>ModelsFeature</name>
    <message>
        <source>Models…</source>
        <translation>模型…</translation>
    </message>
    <message>
        <source>Get models…</source>
        <translation>获取模型…</translation>
    </message>
    <message>
        <source>{0} is installed.</source>
        <translation>{0} 已安装。</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
</context>
<context>
    <name>NoteCard</name>
    <message>
        <source>Click to hide; the notes stay in the recipe</source>
        <translation>点击隐藏；说明仍保留在生成参数中</translation>
    </message>
    <message>
        <source>Get a model that knows more…</source>
        <translation>获取懂得更多的模型…</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Notices</source>
        <translation>通知</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>{0} pictures: {1}</source>
        <translation>{0} 张图片：{1}</translation>
    </message>
    <message>
        <source>Notify when long jobs finish</source>
        <translation>长任务完成时通知</translation>
    </message>
    <message>
        <source>A job needs your attention</source>
        <translation>有任务需要处理</translation>
    </message>
    <message>
        <source>All jobs finished</source>
        <translation>所有任务已完成</translation>
    </message>
</context>
<context>
    <name>NumberEditor</name>
    <message>
        <source>{title}, slider</source>
        <translation>{title}，滑块</translation>
    </message>
    <message>
        <source>“{title}” must be {legal}, not {value}.</source>
        <translation>“{title}”须为{legal}，不能是 {value}。</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>above {low}</source>
        <translation>（大于 {low}）</translation>
    </message>
    <message>
        <source>from {low}</source>
        <translation>（最小 {low}）</translation>
    </message>
    <message>
        <source>below {high}</source>
        <translation>（小于 {high}）</translation>
    </message>
    <message>
        <source>up to {high}</source>
        <translation>（最大 {high}）</translation>
    </message>
    <message>
        <source>“{title}” is empty; enter {legal}.</source>
        <translation>“{title}”是空的；请输入{legal}。</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Auto: {own}</source>
        <translation>自动：{own}</translation>
    </message>
</context>
<context>
    <name>OffersPage</name>
    <message>
        <source>Search the hub too</source>
        <translation>同时搜索 hub</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation>约 {0}</translation>
    </message>
    <message>
        <source>hub</source>
        <translation>hub</translation>
    </message>
    <message>
        <source>Asking the hub…</source>
        <translation>正在查询 hub…</translation>
    </message>
    <message>
        <source>{0}: {1} in {2} files.</source>
        <translation>{0}：{1}，共 {2} 个文件。</translation>
    </message>
    <message>
        <source>{0}: comes in the package {1}.</source>
        <translation>{0}：包含在软件包 {1} 中。</translation>
    </message>
    <message>
        <source>Licence: {0}.</source>
        <translation>许可：{0}。</translation>
    </message>
    <message>
        <source>Search, or enter a hub id (name/model) or a web address</source>
        <translation>搜索，或输入 hub 的 id（名称/模型）或网址</translation>
    </message>
    <message>
        <source>Available models</source>
        <translation>可下载的模型</translation>
    </message>
    <message>
        <source>SHA-256 of the file, from its web page</source>
        <translation>文件的 SHA-256（见其网页）</translation>
    </message>
    <message>
        <source>Show details</source>
        <translation>查看详情</translation>
    </message>
    <message>
        <source>Nothing was found on the hub.</source>
        <translation>在 hub 上没有找到。</translation>
    </message>
    <message>
        <source>Choose a model to see its details; nothing is downloaded until you confirm.</source>
        <translation>选择一个模型查看详情；确认之前不会下载任何东西。</translation>
    </message>
    <message>
        <source>Its terms must first be accepted on its web page.</source>
        <translation>需先在其网页上接受条款。</translation>
    </message>
    <message>
        <source>Size and licence are checked at the source before downloading.</source>
        <translation>下载前会向来源核对大小和许可。</translation>
    </message>
    <message>
        <source>It needs about {0} of memory and runs here: {1} are available.</source>
        <translation>约需 {0} 内存，可在本机运行：可用 {1}。</translation>
    </message>
    <message>
        <source>It needs about {0} of memory, and only {1} are available: it does not run here.</source>
        <translation>约需 {0} 内存，而可用的只有 {1}：无法在本机运行。</translation>
    </message>
    <message>
        <source>Loading details…</source>
        <translation>正在获取详情…</translation>
    </message>
    <message>
        <source>No licence is stated.</source>
        <translation>未写明许可。</translation>
    </message>
</context>
<context>
    <name>Onboarding</name>
    <message>
        <source>{device}, {memory} of memory: models of up to {size} run here.</source>
        <translation>{device}，内存 {memory}：可运行不超过 {size} 的模型。</translation>
    </message>
    <message>
        <source>Try: create</source>
        <translation>试试：生成</translation>
    </message>
    <message>
        <source>a green car</source>
        <translation>一辆绿色的汽车</translation>
    </message>
    <message>
        <source>Try: vary</source>
        <translation>试试：变化</translation>
    </message>
    <message>
        <source>a blue mushroom</source>
        <translation>一个蓝色的蘑菇</translation>
    </message>
    <message>
        <source>Try: edit</source>
        <translation>试试：编辑</translation>
    </message>
    <message>
        <source>Paint over what should change, then press “{0}”.</source>
        <translation>涂抹要改变的部分，然后按“{0}”。</translation>
    </message>
</context>
<context>
    <name>Overflow</name>
    <message>
        <source>More tools</source>
        <translation>更多工具</translation>
    </message>
</context>
<context>
    <name>PaintTool</name>
    <message>
        <source>Paint</source>
        <translation>绘画</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
</context>
<context>
    <name>PaintTools</name>
    <message>
        <source>Size, hardness, opacity</source>
        <translation>大小、硬度、不透明度</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>裁剪</translation>
    </message>
</context>
<context>
    <name>PanelActions</name>
    <message>
        <source>Side panel: {0}</source>
        <translation>侧栏面板：{0}</translation>
    </message>
    <message>
        <source>Panels</source>
        <translation>面板</translation>
    </message>
    <message>
        <source>Reset the layout</source>
        <translation>恢复默认布局</translation>
    </message>
    <message>
        <source>Show title bars, to drag them</source>
        <translation>显示标题栏以便拖动</translation>
    </message>
    <message>
        <source>Show or hide: {0}</source>
        <translation>显示或隐藏：{0}</translation>
    </message>
    <message>
        <source>Float or dock: {0}</source>
        <translation>浮动或停靠：{0}</translation>
    </message>
    <message>
        <source>Show or hide all panels</source>
        <translation>显示或隐藏所有面板</translation>
    </message>
    <message>
        <source>Show title bars of panels</source>
        <translation>显示面板的标题栏</translation>
    </message>
</context>
<context>
    <name>PanelRail</name>
    <message>
        <source>Panels</source>
        <translation>面板</translation>
    </message>
</context>
<context>
    <name>PictureComparison</name>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
</context>
<context>
    <name>PictureList</name>
    <message>
        <source>Finished pictures</source>
        <translation>已完成的图片</translation>
    </message>
</context>
<context>
    <name>PlanLine</name>
    <message>
        <source>Needs {0} of {1}</source>
        <translation>需要 {0}（共 {1}）</translation>
    </message>
    <message>
        <source>takes about {0}</source>
        <translation>约需 {0}</translation>
    </message>
    <message>
        <source>{0} needs {1}</source>
        <translation>{0} 需要 {1}</translation>
    </message>
    <message>
        <source>LoRA {0}: {1} of {2} layers fit</source>
        <translation>LoRA {0}：{2} 层中有 {1} 层可用</translation>
    </message>
    <message>
        <source>and {0} more</source>
        <translation>另有 {0} 个</translation>
    </message>
    <message>
        <source>For example:</source>
        <translation>例如：</translation>
    </message>
    <message>
        <source>Read as:</source>
        <translation>读作：</translation>
    </message>
    <message>
        <source>{0} with its layers in 8 bits</source>
        <translation>各层以 8 位保存时为 {0}</translation>
    </message>
    <message>
        <source>Needs {0}, and only {1} are available</source>
        <translation>需要 {0}，而可用的只有 {1}</translation>
    </message>
    <message>
        <source>{0} with its layers in 8 bits, in RAM</source>
        <translation>各层以 8 位保存在内存（RAM）时为 {0}</translation>
    </message>
    <message>
        <source>{0} with its weights in RAM</source>
        <translation>权重留在内存（RAM）时为 {0}</translation>
    </message>
</context>
<context>
    <name>PlaybackFeature</name>
    <message>
        <source>Play the selected pictures</source>
        <translation>播放选中的图片</translation>
    </message>
    <message>
        <source>Select two or more pictures in the strip first, with Ctrl or Shift.</source>
        <translation>请先按住 Ctrl 或 Shift 在图片栏中选择两张以上的图片。</translation>
    </message>
</context>
<context>
    <name>Player</name>
    <message>
        <source>Animation</source>
        <translation>动画</translation>
    </message>
    <message>
        <source> fps</source>
        <translation> 帧/秒</translation>
    </message>
    <message>
        <source>Speed in pictures a second</source>
        <translation>速度（每秒图片数）</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>循环</translation>
    </message>
    <message>
        <source>Back and forth</source>
        <translation>往返</translation>
    </message>
    <message>
        <source>Once</source>
        <translation>一次</translation>
    </message>
    <message>
        <source>What comes at the end</source>
        <translation>播放到末尾时</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Picture {0} of {1}</source>
        <translation>第 {0} 张图片，共 {1} 张</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Export animation</source>
        <translation>导出动画</translation>
    </message>
    <message>
        <source>GIF (*.gif)</source>
        <translation>GIF (*.gif)</translation>
    </message>
    <message>
        <source>WebP (*.webp)</source>
        <translation>WebP (*.webp)</translation>
    </message>
    <message>
        <source>MP4 video (*.mp4)</source>
        <translation>MP4 视频 (*.mp4)</translation>
    </message>
    <message>
        <source>Saving {0}…</source>
        <translation>正在保存 {0}…</translation>
    </message>
    <message>
        <source>Saved as {0}.</source>
        <translation>已保存为 {0}。</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Progress of the job</source>
        <translation>任务进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel this job</source>
        <translation>取消此任务</translation>
    </message>
    <message>
        <source>about {0} left</source>
        <translation>约剩 {0}</translation>
    </message>
    <message>
        <source>{0} waiting</source>
        <translation>{0} 项等待中</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>准备中</translation>
    </message>
</context>
<context>
    <name>PromptEditor</name>
    <message>
        <source>This model knows: {things}.</source>
        <translation>此模型认识：{things}。</translation>
    </message>
    <message>
        <source>The model reads {limit} tokens; it will not read: {rest}</source>
        <translation>模型最多读取 {limit} 个词元；以下内容不会被读取：{rest}</translation>
    </message>
    <message>
        <source>Recent prompts (Alt+Up, Alt+Down)</source>
        <translation>最近用过的提示词（Alt+↑，Alt+↓）</translation>
    </message>
    <message>
        <source>“{title}” is still empty; write a description.</source>
        <translation>“{title}”还是空的；请写一段描述。</translation>
    </message>
    <message>
        <source>Tokens in the text, and how many the model reads</source>
        <translation>文本的词元数，以及模型能读取的数量</translation>
    </message>
    <message>
        <source>Tokens in the text; this model has no limit</source>
        <translation>文本的词元数；此模型没有上限</translation>
    </message>
</context>
<context>
    <name>PromptText</name>
    <message>
        <source>Increase weight</source>
        <translation>增加权重</translation>
    </message>
    <message>
        <source>Decrease weight</source>
        <translation>降低权重</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Cancel all</source>
        <translation>全部取消</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Jobs appear here and run one after the other.</source>
        <translation>任务会显示在这里，依次运行。</translation>
    </message>
    <message>
        <source>Clear finished</source>
        <translation>清除已完成的</translation>
    </message>
    <message>
        <source>Save the picture to</source>
        <translation>将图片保存到</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Resume the queue</source>
        <translation>继续队列</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>The queue is paused; click to resume it</source>
        <translation>队列已暂停；点击继续</translation>
    </message>
</context>
<context>
    <name>QuickSettingsBar</name>
    <message>
        <source>Prompt and values</source>
        <translation>提示词与参数</translation>
    </message>
    <message>
        <source>All settings of this task</source>
        <translation>全部设置</translation>
    </message>
    <message>
        <source>Add a negative prompt</source>
        <translation>添加反向提示词</translation>
    </message>
    <message>
        <source>Use the canvas</source>
        <translation>使用画布</translation>
    </message>
    <message>
        <source>Examples: this picture at several values</source>
        <translation>示例：这张图片在不同数值下的效果</translation>
    </message>
</context>
<context>
    <name>RecipeFeature</name>
    <message>
        <source>Recipe</source>
        <translation>生成参数</translation>
    </message>
</context>
<context>
    <name>RecipePanel</name>
    <message>
        <source>How the picture was made</source>
        <translation>图片的生成方式</translation>
    </message>
    <message>
        <source>Choose a picture below to see how it was made.</source>
        <translation>在下方选择一张图片，查看它是如何生成的。</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>测量值</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Show it: {0}</source>
        <translation>显示：{0}</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>The same seed makes the same picture.</source>
        <translation>相同的种子生成相同的图片。</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Read as</source>
        <translation>读作</translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation>使用这些设置</translation>
    </message>
    <message>
        <source>Fill the form with the settings of this picture</source>
        <translation>用这张图片的设置填写表单</translation>
    </message>
    <message>
        <source>The file of this picture is missing; its settings are still known.</source>
        <translation>此图片的文件已丢失；其生成参数仍有记录。</translation>
    </message>
    <message>
        <source>A picture in the library</source>
        <translation>图库中的图片</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Negative prompt: {0}</source>
        <translation>反向提示词：{0}</translation>
    </message>
</context>
<context>
    <name>ReferenceEditor</name>
    <message>
        <source>Choose an IP-Adapter or Redux</source>
        <translation>选择 IP-Adapter 或 Redux</translation>
    </message>
    <message>
        <source>No compatible IP-Adapter</source>
        <translation>没有兼容的 IP-Adapter</translation>
    </message>
    <message>
        <source>This model does not support reference pictures</source>
        <translation>此模型不支持参考图片</translation>
    </message>
    <message>
        <source>IP-Adapter or Redux</source>
        <translation>IP-Adapter 或 Redux</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>What to use</source>
        <translation>使用内容</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Composition</source>
        <translation>构图</translation>
    </message>
    <message>
        <source>Style and composition</source>
        <translation>风格与构图</translation>
    </message>
    <message>
        <source>Choose an IP-Adapter, or remove this entry.</source>
        <translation>请选择一个 IP-Adapter，或移除此项。</translation>
    </message>
</context>
<context>
    <name>RegionBar</name>
    <message>
        <source>Regions</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Another region</source>
        <translation>再加一个区域</translation>
    </message>
    <message>
        <source>What is there</source>
        <translation>画面内容</translation>
    </message>
    <message>
        <source>Words of the region</source>
        <translation>区域的文字</translation>
    </message>
    <message>
        <source>Remove this region</source>
        <translation>移除此区域</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Hide the regions; the task keeps them</source>
        <translation>隐藏区域；任务会保留它们</translation>
    </message>
    <message>
        <source>Region {0}</source>
        <translation>区域 {0}</translation>
    </message>
    <message>
        <source>Paint the region “{0}”</source>
        <translation>绘制区域“{0}”</translation>
    </message>
</context>
<context>
    <name>RegionEditor</name>
    <message>
        <source>What is there</source>
        <translation>画面内容</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Say what is to be seen in the region, or remove the entry.</source>
        <translation>请说明该区域要画什么，或移除此项。</translation>
    </message>
    <message>
        <source>Paint the region of “{0}”, or remove the entry.</source>
        <translation>请涂画“{0}”的区域，或移除此项。</translation>
    </message>
</context>
<context>
    <name>RegionMask</name>
    <message>
        <source>No region yet</source>
        <translation>尚无区域</translation>
    </message>
    <message>
        <source>Paint where these words count, or drop a mask.</source>
        <translation>涂画这些文字生效的位置，或拖入一张蒙版。</translation>
    </message>
</context>
<context>
    <name>RegionNames</name>
    <message>
        <source>Region {0}</source>
        <translation>区域 {0}</translation>
    </message>
</context>
<context>
    <name>RegionPainting</name>
    <message>
        <source>Regions: paint parts of the picture that have words of their own</source>
        <translation>区域：绘制画面中各有专属文字的部分</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Open a picture first; the regions are painted over it.</source>
        <translation>请先打开一张图片；区域绘制在它上面。</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>Page for regions</source>
        <translation>区域的页面</translation>
    </message>
</context>
<context>
    <name>SeedEditor</name>
    <message>
        <source>The seed of the last picture</source>
        <translation>使用上一张图片的种子</translation>
    </message>
    <message>
        <source>Keep the seed: the same seed makes the same picture</source>
        <translation>保留种子：相同的种子生成相同的图片</translation>
    </message>
    <message>
        <source>The seed of the last picture: {seed}</source>
        <translation>上一张图片的种子：{seed}</translation>
    </message>
    <message>
        <source>New random seed</source>
        <translation>新的随机种子</translation>
    </message>
    <message>
        <source>“{title}” must be a whole number from 0 up to {most}, not {value}; leave it empty for a random one.</source>
        <translation>“{title}”须为 0 到 {most} 的整数，不能是 {value}；留空则随机。</translation>
    </message>
    <message>
        <source>random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>random · last {seed}</source>
        <translation>随机 · 上次 {seed}</translation>
    </message>
</context>
<context>
    <name>ShadeField</name>
    <message>
        <source>Saturation and brightness</source>
        <translation>饱和度与亮度</translation>
    </message>
</context>
<context>
    <name>ShapeOptions</name>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>直线</translation>
    </message>
    <message>
        <source>Outline or filled</source>
        <translation>描边或填充</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>描边</translation>
    </message>
    <message>
        <source>Filled</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Line width</source>
        <translation>线条粗细</translation>
    </message>
</context>
<context>
    <name>ShapeTool</name>
    <message>
        <source>Edit shape</source>
        <translation>编辑形状</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>直线</translation>
    </message>
</context>
<context>
    <name>ShortcutEditor</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Search the shortcuts</source>
        <translation>搜索快捷键</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>生效范围</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>everywhere</source>
        <translation>整个窗口</translation>
    </message>
    <message>
        <source>on the canvas</source>
        <translation>画布上</translation>
    </message>
    <message>
        <source>in the layers</source>
        <translation>图层中</translation>
    </message>
    <message>
        <source>Search by name or shortcut</source>
        <translation>按名称或快捷键搜索</translation>
    </message>
    <message>
        <source>New shortcut</source>
        <translation>新快捷键</translation>
    </message>
    <message>
        <source>Remove the shortcut</source>
        <translation>移除快捷键</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>Restore the default shortcut</source>
        <translation>恢复默认快捷键</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Keep the shortcut as it is</source>
        <translation>保留现在的快捷键</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部重置</translation>
    </message>
    <message>
        <source>Restore all default shortcuts</source>
        <translation>恢复所有默认快捷键</translation>
    </message>
    <message>
        <source>Shortcut</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Shortcut for “{0}”:</source>
        <translation>“{0}”的快捷键：</translation>
    </message>
    <message>
        <source>These keys are needed for moving and typing; combine them with Ctrl or Alt.</source>
        <translation>这些键用于移动和输入；请配合 Ctrl 或 Alt 使用。</translation>
    </message>
    <message>
        <source>{0} is the shortcut of {1}.</source>
        <translation>{0} 已是{1}的快捷键。</translation>
    </message>
    <message>
        <source>Reassign</source>
        <translation>改派</translation>
    </message>
    <message>
        <source>The other command loses its shortcut</source>
        <translation>另一命令将失去此快捷键</translation>
    </message>
</context>
<context>
    <name>SizeEditor</name>
    <message>
        <source>{title}: shape</source>
        <translation>{title}：形状</translation>
    </message>
    <message>
        <source>Width in pixels</source>
        <translation>宽度（像素）</translation>
    </message>
    <message>
        <source>Height in pixels</source>
        <translation>高度（像素）</translation>
    </message>
    <message>
        <source>Swap width and height</source>
        <translation>交换宽度与高度</translation>
    </message>
    <message>
        <source>“{title}” must be two whole numbers of pixels, not {value}.</source>
        <translation>“{title}”须为两个整数像素值，不能是 {value}。</translation>
    </message>
    <message>
        <source>Sides must be a multiple of {multiple} up to {largest} pixels; the nearest size is {size}.</source>
        <translation>边长须为 {multiple} 的倍数，且不超过 {largest} 像素；最接近的尺寸是 {size}。</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Auto · from the picture</source>
        <translation>自动 · 随图片</translation>
    </message>
    <message>
        <source>Auto · {w} × {h}</source>
        <translation>自动 · {w} × {h}</translation>
    </message>
    <message>
        <source>Exact size</source>
        <translation>自定义尺寸</translation>
    </message>
</context>
<context>
    <name>SmartSelect</name>
    <message>
        <source>No object was found there; draw a box around it, or use the brush.</source>
        <translation>那里没有找到物体；请在其周围画框，或使用画笔。</translation>
    </message>
</context>
<context>
    <name>SmartTool</name>
    <message>
        <source>Smart select</source>
        <translation>智能选择</translation>
    </message>
</context>
<context>
    <name>SourceField</name>
    <message>
        <source>Another picture, for this task only</source>
        <translation>另选一张图片，仅用于此功能</translation>
    </message>
    <message>
        <source>“{title}” needs a picture: drop one on the canvas, or choose one.</source>
        <translation>“{title}”需要一张图片：请拖到画布上，或选择一张。</translation>
    </message>
    <message>
        <source>Use the canvas again</source>
        <translation>重新使用画布</translation>
    </message>
    <message>
        <source>For this task only</source>
        <translation>仅用于此功能</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>The canvas is empty</source>
        <translation>画布是空的</translation>
    </message>
    <message>
        <source>Drop a picture on it, or choose one:</source>
        <translation>把图片拖到画布上，或选择一张：</translation>
    </message>
    <message>
        <source>The canvas</source>
        <translation>画布</translation>
    </message>
    <message>
        <source>without results that are not accepted yet</source>
        <translation>不含尚未采用的结果</translation>
    </message>
</context>
<context>
    <name>StatusText</name>
    <message>
        <source>{0} jobs in the queue</source>
        <translation>队列中有 {0} 个任务</translation>
    </message>
    <message>
        <source>Describe it below, then press {0}. Or drop a picture here.</source>
        <translation>在下方描述画面，然后按 {0}；也可以把图片拖到这里。</translation>
    </message>
    <message>
        <source>The engine is starting: {0}</source>
        <translation>引擎正在启动：{0}</translation>
    </message>
    <message>
        <source>The engine is starting.</source>
        <translation>引擎正在启动。</translation>
    </message>
    <message>
        <source>The engine is starting. You can already write; jobs wait until it is ready.</source>
        <translation>引擎正在启动。现在就可以填写；任务会等它就绪。</translation>
    </message>
</context>
<context>
    <name>StyleGallery</name>
    <message>
        <source>Styles</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Search styles</source>
        <translation>搜索风格</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>All categories</source>
        <translation>所有类别</translation>
    </message>
    <message>
        <source>{0}, chosen as number {1}</source>
        <translation>{0}，选为第 {1} 个</translation>
    </message>
    <message>
        <source>Use {0}</source>
        <translation>使用 {0}</translation>
    </message>
    <message>
        <source>Save as style…</source>
        <translation>存为风格…</translation>
    </message>
    <message>
        <source>My styles</source>
        <translation>我的风格</translation>
    </message>
    <message>
        <source>Click to choose a style; several are combined in the order of their numbers.</source>
        <translation>点击选择风格；多种风格按编号顺序组合。</translation>
    </message>
    <message>
        <source>Negative prompt: {0}</source>
        <translation>反向提示词：{0}</translation>
    </message>
</context>
<context>
    <name>StylesEditor</name>
    <message>
        <source>Choose styles…</source>
        <translation>选择风格…</translation>
    </message>
    <message>
        <source>“{title}” has {count} entries, and at most {most} are allowed.</source>
        <translation>“{title}”有 {count} 项，最多允许 {most} 项。</translation>
    </message>
    <message>
        <source>Remove the style {0}</source>
        <translation>移除风格 {0}</translation>
    </message>
</context>
<context>
    <name>StylesFeature</name>
    <message>
        <source>Choose styles</source>
        <translation>选择风格</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Styles (*.csv *.json)</source>
        <translation>风格 (*.csv *.json)</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>导入风格</translation>
    </message>
    <message>
        <source>The prompt is empty; write the words of the style, with {prompt} where your own words go.</source>
        <translation>提示词是空的；请写下这种风格的词语，并用 {prompt} 代表你自己的内容。</translation>
    </message>
    <message>
        <source>Save as style</source>
        <translation>存为风格</translation>
    </message>
    <message>
        <source>Imported {0} styles from “{1}”.</source>
        <translation>已从“{1}”导入 {0} 种风格。</translation>
    </message>
    <message>
        <source>Saved the style “{0}”.</source>
        <translation>已保存风格“{0}”。</translation>
    </message>
    <message>
        <source>Saved the style “{0}”, in place of the one that had this name.</source>
        <translation>已保存风格“{0}”，并取代了同名的风格。</translation>
    </message>
    <message>
        <source>Removed the style “{0}”.</source>
        <translation>已移除风格“{0}”。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>SweepDialog</name>
    <message>
        <source>One picture for each value, or for each pair of values. Separate numbers with a comma and a space (1, 2.5), texts with |. 1..9 is a range; 0..1/5 is five values from 0 to 1.</source>
        <translation>每个值或每对值一张图片。数字之间用逗号加空格分隔（1, 2.5），文本之间用 |。1..9 是一个范围；0..1/5 表示从 0 到 1 的五个值。</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Values: {0}</source>
        <translation>值：{0}</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>值</translation>
    </message>
    <message>
        <source>{0} pictures</source>
        <translation>{0} 张图片</translation>
    </message>
    <message>
        <source>One picture</source>
        <translation>1 张图片</translation>
    </message>
    <message>
        <source>Parameter grid: {0}</source>
        <translation>参数网格：{0}</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Columns and rows have the same parameter; choose another for one of them.</source>
        <translation>列和行是同一个参数；请为其中之一另选。</translation>
    </message>
    <message>
        <source>{0} pictures are too many; the limit is {1}.</source>
        <translation>{0} 张图片太多；上限为 {1} 张。</translation>
    </message>
</context>
<context>
    <name>SweepFeature</name>
    <message>
        <source>Parameter grid: compare values of one or two settings</source>
        <translation>参数网格：比较一两个设置的不同取值</translation>
    </message>
    <message>
        <source>Parameter grid</source>
        <translation>参数网格</translation>
    </message>
</context>
<context>
    <name>SweepGrid</name>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>Parameter grid: {0}</source>
        <translation>参数网格：{0}</translation>
    </message>
</context>
<context>
    <name>TaskBar</name>
    <message>
        <source>Tasks</source>
        <translation>功能</translation>
    </message>
</context>
<context>
    <name>TaskPanel</name>
    <message>
        <source>Task</source>
        <translation>功能</translation>
    </message>
    <message>
        <source>Close the settings</source>
        <translation>关闭设置</translation>
    </message>
    <message>
        <source>Loading the tools. The first time takes some seconds.</source>
        <translation>正在加载工具。第一次需要几秒钟。</translation>
    </message>
    <message>
        <source>{0} cannot be shown as a form: {1}. Try the command line.</source>
        <translation>无法显示“{0}”的表单：{1}。可以尝试命令行。</translation>
    </message>
</context>
<context>
    <name>Text</name>
    <message>
        <source>“{title}” has {count} characters, and at most {most} are allowed; shorten it.</source>
        <translation>“{title}”有 {count} 个字符，最多允许 {most} 个；请缩短。</translation>
    </message>
    <message>
        <source>“{title}” has {count} characters, and at least {least} are needed.</source>
        <translation>“{title}”有 {count} 个字符，至少需要 {least} 个。</translation>
    </message>
    <message>
        <source>The pasted text has {count} characters, and at most {most} fit; nothing was pasted.</source>
        <translation>粘贴的文本有 {count} 个字符，最多容纳 {most} 个；未粘贴任何内容。</translation>
    </message>
</context>
<context>
    <name>TextLayerEditor</name>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Write here</source>
        <translation>在此输入文字</translation>
    </message>
    <message>
        <source>Font</source>
        <translation>字体</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Bold</source>
        <translation>粗体</translation>
    </message>
    <message>
        <source>Italic</source>
        <translation>斜体</translation>
    </message>
    <message>
        <source>Text colour</source>
        <translation>文字颜色</translation>
    </message>
    <message>
        <source>Ctrl+Enter applies, Esc cancels</source>
        <translation>Ctrl+Enter 应用，Esc 取消</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Font of the window</source>
        <translation>界面字体</translation>
    </message>
    <message>
        <source>Delete text</source>
        <translation>删除文字</translation>
    </message>
    <message>
        <source>Edit text</source>
        <translation>编辑文字</translation>
    </message>
</context>
<context>
    <name>TitleBar</name>
    <message>
        <source>Close the panel: {0}</source>
        <translation>关闭面板：{0}</translation>
    </message>
    <message>
        <source>Dock: {0}</source>
        <translation>停靠：{0}</translation>
    </message>
    <message>
        <source>Float: {0}</source>
        <translation>浮动：{0}</translation>
    </message>
</context>
<context>
    <name>Transform</name>
    <message>
        <source>Transform layer</source>
        <translation>变换图层</translation>
    </message>
    <message>
        <source>Move, scale and rotate the layer with handles on the canvas</source>
        <translation>用画布上的控制点移动、缩放和旋转图层</translation>
    </message>
</context>
<context>
    <name>TransformTool</name>
    <message>
        <source>Transform layer</source>
        <translation>变换图层</translation>
    </message>
    <message>
        <source>Move layer</source>
        <translation>移动图层</translation>
    </message>
</context>
<context>
    <name>Trash</name>
    <message>
        <source>Trash…</source>
        <translation>回收站…</translation>
    </message>
    <message>
        <source>Delete a picture</source>
        <translation>删除一张图片</translation>
    </message>
    <message>
        <source>Delete {0} pictures</source>
        <translation>删除 {0} 张图片</translation>
    </message>
    <message>
        <source>Restore a picture</source>
        <translation>恢复一张图片</translation>
    </message>
    <message>
        <source>Restore {0} pictures</source>
        <translation>恢复 {0} 张图片</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Open the trash</source>
        <translation>打开回收站</translation>
    </message>
    <message>
        <source>Delete the selected pictures</source>
        <translation>删除选中的图片</translation>
    </message>
    <message>
        <source>It cannot be restored: the trash was emptied.</source>
        <translation>无法恢复：回收站已清空。</translation>
    </message>
    <message>
        <source>Moved to the trash.</source>
        <translation>已移到回收站。</translation>
    </message>
    <message>
        <source>Moved {0} pictures to the trash.</source>
        <translation>已将 {0} 张图片移到回收站。</translation>
    </message>
</context>
<context>
    <name>TrashDialog</name>
    <message>
        <source>Trash</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Deleted pictures</source>
        <translation>已删除的图片</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>清空回收站…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Deleted pictures: {0}. They stay until the trash is emptied, those on the canvas even then.</source>
        <translation>已删除的图片：{0} 张。清空回收站之前它们一直保留；画布上的图片即使清空也会保留。</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>回收站是空的。</translation>
    </message>
    <message>
        <source>Delete permanently</source>
        <translation>永久删除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Delete {0} pictures ({1} MB) permanently? This cannot be undone.</source>
        <translation>永久删除 {0} 张图片（{1} MB）吗？此操作无法撤销。</translation>
    </message>
</context>
<context>
    <name>UnheededCancel</name>
    <message>
        <source>Restart the engine</source>
        <translation>重启引擎</translation>
    </message>
    <message>
        <source>The cancelled job has not stopped yet. Wait for its next step, or restart the engine: the queue and saved pictures are kept.</source>
        <translation>已取消的任务还没有停下。请等它到下一步，或重启引擎：队列和已保存的图片都会保留。</translation>
    </message>
</context>
<context>
    <name>Variations</name>
    <message>
        <source>The original of this picture is missing, so there is nothing to compare with.</source>
        <translation>这张图片的原图已不在，因此无法对比。</translation>
    </message>
</context>
<context>
    <name>ViewGuides</name>
    <message>
        <source>Rotate the view left</source>
        <translation>向左旋转视图</translation>
    </message>
    <message>
        <source>Rotate the view right</source>
        <translation>向右旋转视图</translation>
    </message>
    <message>
        <source>Reset the rotation of the view</source>
        <translation>取消视图旋转</translation>
    </message>
    <message>
        <source>Rulers</source>
        <translation>标尺</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>网格</translation>
    </message>
    <message>
        <source>Snap to grid, edges and centre</source>
        <translation>对齐到网格、边缘和中心</translation>
    </message>
    <message>
        <source>Grid: every {0} pixels</source>
        <translation>网格：每 {0} 像素</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Canvas</source>
        <translation>画布</translation>
    </message>
</context>
<context>
    <name>ViewerToolbar</name>
    <message>
        <source>Previous picture</source>
        <translation>上一张图片</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>下一张图片</translation>
    </message>
    <message>
        <source>Use as input for another task</source>
        <translation>用作其他功能的输入</translation>
    </message>
    <message>
        <source>Use in…</source>
        <translation>用于…</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Before and after</source>
        <translation>前后对比</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>并排</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Split view</source>
        <translation>分割对比</translation>
    </message>
    <message>
        <source>Toggle</source>
        <translation>切换对比</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Actual size (100 %)</source>
        <translation>实际大小（100 %）</translation>
    </message>
    <message>
        <source>View: rulers, grid, rotation</source>
        <translation>视图：标尺、网格、旋转</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>What would you like to see?</source>
        <translation>你想看到什么？</translation>
    </message>
    <message>
        <source>A red mushroom, drawn by the bundled model</source>
        <translation>自带模型画的一个红蘑菇</translation>
    </message>
    <message>
        <source>The bundled model draws simple things; for photographs get another one…</source>
        <translation>自带的模型只会画简单的东西；要画照片，请获取其他模型…</translation>
    </message>
    <message>
        <source>Vary this picture</source>
        <translation>变化这张图片</translation>
    </message>
    <message>
        <source>Change a part of it</source>
        <translation>改动其中一部分</translation>
    </message>
    <message>
        <source>Paint over a part, and say what it becomes.</source>
        <translation>涂抹一部分，并写下要变成什么。</translation>
    </message>
    <message>
        <source>Create from text</source>
        <translation>由文字生成</translation>
    </message>
    <message>
        <source>Start from an example prompt and change it.</source>
        <translation>已写好一段示例提示词，可以修改。</translation>
    </message>
    <message>
        <source>Similar pictures, near or far.</source>
        <translation>与它相似的图片，或近或远。</translation>
    </message>
    <message>
        <source>Draw on a blank canvas…</source>
        <translation>在空白画布上画…</translation>
    </message>
</context>
<context>
    <name>WindowLayout</name>
    <message>
        <source>Form</source>
        <translation>表单</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
</context>
</TS>
