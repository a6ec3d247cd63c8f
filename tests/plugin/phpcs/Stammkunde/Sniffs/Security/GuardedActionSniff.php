<?php
/**
 * A function that is hooked to an action of the admin asks first for the capability, then for the nonce.
 */

namespace Stammkunde\Sniffs\Security;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

class GuardedActionSniff implements Sniff {

	public function register() {
		return array( T_CONSTANT_ENCAPSED_STRING );
	}

	/** At each hook's name: find the function that it names, in the same file, and read its first statements. */
	public function process( File $file, $at ) {
		$tokens = $file->getTokens();
		$hook   = trim( $tokens[ $at ]['content'], '\'"' );
		if ( ! preg_match( '/^(admin_post|wp_ajax)_/', $hook ) ) {
			return;
		}
		$end  = $file->findNext( T_SEMICOLON, $at );
		$name = $file->findPrevious( T_CONSTANT_ENCAPSED_STRING, $end, $at + 1 );
		$body = false === $name ? null : $this->body( $file, trim( str_replace( '\\', '', $tokens[ $name ]['content'] ), '\'"' ) );
		if ( null === $body ) {
			$file->addError( 'The action %s names no function of this file.', $at, 'Unknown', array( $hook ) );
			return;
		}
		$calls = $this->first_calls( $file, $body );
		if ( array( 'current_user_can', 'refuse', 'check_admin_referer' ) !== array_slice( $calls, 0, 3 ) ) {
			$file->addError( 'The action %s must ask current_user_can, else refuse, and then check_admin_referer, before all else.', $at, 'Unguarded', array( $hook ) );
		}
	}

	private function body( File $file, string $name ) {
		$at = 0;
		while ( false !== ( $at = $file->findNext( T_FUNCTION, $at + 1 ) ) ) {
			if ( $file->getDeclarationName( $at ) === $name ) {
				return $at;
			}
		}
		return null;
	}

	/** The names in the order in which they are called. */
	private function first_calls( File $file, int $function ): array {
		$token = $file->getTokens()[ $function ];
		$calls = array();
		for ( $i = $token['scope_opener']; $i < $token['scope_closer']; $i++ ) {
			if ( T_STRING === $file->getTokens()[ $i ]['code'] ) {
				$calls[] = $file->getTokens()[ $i ]['content'];
			}
		}
		return $calls;
	}
}
