/* The blocks in the editor: a labelled place, because what stands there depends on who looks. */
(function () {
	"use strict";
	const { blocks, blockEditor, components, element } = window.wp;
	Object.entries(window.stammkundeBlocks || {}).forEach(function ([name, [label, instructions]]) {
		blocks.registerBlockType("stammkunde/" + name, {
			edit: function () {
				return element.createElement(
					"div",
					blockEditor.useBlockProps(),
					element.createElement(components.Placeholder, { icon: "tickets-alt", label: label, instructions: instructions })
				);
			},
			save: function () {
				return null;
			},
		});
	});
})();
