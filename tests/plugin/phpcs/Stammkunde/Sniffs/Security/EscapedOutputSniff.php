<?php
/**
 * What is echoed is a literal, or comes straight from a function that escapes.
 */

namespace Stammkunde\Sniffs\Security;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

class EscapedOutputSniff implements Sniff {

	/**
	 * WordPress' escapers, `checked` (one of two literals), our `element`, which escapes what it is given,
	 * and `as_plain_text` for mails that have no markup.
	 */
	const ESCAPE = array( 'esc_html', 'esc_html__', 'esc_attr', 'esc_attr__', 'esc_url', 'checked', 'element', 'as_plain_text' );

	public function register() {
		return array( T_ECHO, T_PRINT, T_OPEN_TAG_WITH_ECHO, T_EXIT );
	}

	public function process( File $file, $at ) {
		$tokens = $file->getTokens();
		$end    = $file->findNext( array( T_SEMICOLON, T_CLOSE_TAG ), $at + 1 );
		for ( $i = $at + 1; $i < $end; $i++ ) {
			$kind = $tokens[ $i ]['code'];
			if ( T_STRING === $kind && in_array( $tokens[ $i ]['content'], self::ESCAPE, true ) ) {
				$i = $this->after_call( $file, $i );
			} elseif ( in_array( $kind, array( T_VARIABLE, T_STRING, T_DOUBLE_QUOTED_STRING, T_HEREDOC ), true ) ) {
				$file->addError( 'Escape "%s" where it is printed.', $i, 'Unescaped', array( $tokens[ $i ]['content'] ) );
				return;
			}
		}
	}

	/** The end of the call's parentheses; what lies in them is escaped. */
	private function after_call( File $file, int $at ): int {
		$open = $file->findNext( T_WHITESPACE, $at + 1, null, true );
		return $file->getTokens()[ $open ]['parenthesis_closer'] ?? $at;
	}
}
