<?php
/**
 * Nothing that PHP 7.4 cannot read.
 */

namespace Stammkunde\Sniffs\Php;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

class OldestSniff implements Sniff {

	/** Functions that came with 8.0 and later; WordPress brings those for strings itself, from 5.9 on. */
	const NEWER = array( 'array_is_list', 'get_debug_type', 'fdiv', 'array_find', 'json_validate' );

	public function register() {
		return array( T_MATCH, T_NULLSAFE_OBJECT_OPERATOR, T_ENUM, T_READONLY, T_ATTRIBUTE, T_TYPE_UNION, T_TYPE_INTERSECTION, T_PARAM_NAME, T_STRING, T_FUNCTION );
	}

	public function process( File $file, $at ) {
		$token = $file->getTokens()[ $at ];
		if ( T_FUNCTION === $token['code'] ) {
			$this->look_at_types( $file, $at );
			return;
		}
		if ( T_STRING !== $token['code'] || in_array( $token['content'], self::NEWER, true ) ) {
			$file->addError( 'PHP 7.4 does not know "%s".', $at, 'TooNew', array( $token['content'] ) );
		}
	}

	private function look_at_types( File $file, int $at ) {
		$types = array_column( $file->getMethodParameters( $at ), 'type_hint' );
		$types[] = $file->getMethodProperties( $at )['return_type'];
		foreach ( $types as $type ) {
			if ( preg_match( '/^\??(mixed|never|static|false|null|true)$|[|&]/i', $type ) ) {
				$file->addError( 'PHP 7.4 does not know the type "%s".', $at, 'TooNewType', array( $type ) );
			}
		}
	}
}
